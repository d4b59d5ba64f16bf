/**
 * DynamoDB's expressions, as far as the functions use them. One that this file does not know is an error, never a silent success.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
 */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";

export type Item = Readonly<Record<string, AttributeValue>>;

/** What the placeholders in an expression stand for. */
export interface Placeholders {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Item | undefined;
}

/** What a write names attributes in. */
interface Write extends Placeholders {
  readonly Key?: Item | undefined;
  readonly UpdateExpression?: string | undefined;
  readonly ConditionExpression?: string | undefined;
}

/**
 * The attributes that a write names: "A top-level attribute is accessed by a request if it, or any nested attribute that it contains, is
 * specified in the request parameters" (`dynamodb:Attributes` in the DynamoDB developer guide, specifying-conditions.html).
 */
export function attributesOf(write: Write): Set<string> {
  const { Key = {}, UpdateExpression = "", ConditionExpression = "" } = write;
  const expressions = `${UpdateExpression} ${ConditionExpression}`;
  const words = expressions.match(/(?<![:#\w])#?[A-Za-z]\w*/g) ?? [];
  const isAttribute = (word: string) =>
    !/^(SET|REMOVE|ADD|DELETE|AND|OR|NOT|attribute_(not_)?exists|begins_with)$/.test(word);
  return new Set([...Object.keys(Key), ...words.filter(isAttribute).map((word) => nameFor(word, write))]);
}

/** Whether an item, or the lack of one, meets a condition. An absent condition is always met. */
export function meets(item: Item = {}, condition: string | undefined, placeholders: Placeholders): boolean {
  return condition === undefined || new Condition(condition, item, placeholders).isMet();
}

/** A recursive-descent parser that evaluates as it goes. */
class Condition {
  private readonly tokens: readonly string[];
  private position = 0;

  constructor(
    private readonly text: string,
    private readonly item: Item,
    private readonly placeholders: Placeholders,
  ) {
    this.tokens = text.match(/[(),]|<=|>=|[<>=]|[\w#:]+|\S/g) ?? [];
  }

  isMet(): boolean {
    const result = this.either();
    if (this.position < this.tokens.length) throw unknown(this.text);
    return result;
  }

  private either(): boolean {
    let result = this.both();
    while (this.accept("OR")) result = this.both() || result;
    return result;
  }

  private both(): boolean {
    let result = this.term();
    while (this.accept("AND")) result = this.term() && result;
    return result;
  }

  private term(): boolean {
    if (this.accept("(")) {
      const result = this.either();
      this.expect(")");
      return result;
    }
    const isCall = this.tokens[this.position + 1] === "(";
    if (isCall && this.tokens[this.position] !== "size") return this.call(this.next());
    const left = isCall ? this.size() : this.value();
    const operator = this.next();
    return compare(left, operator, this.value());
  }

  private call(name: string): boolean {
    this.expect("(");
    const attribute = this.value();
    const prefix = this.accept(",") ? this.value() : undefined;
    this.expect(")");
    switch (name) {
      case "attribute_exists":
        return attribute !== undefined;
      case "attribute_not_exists":
        return attribute === undefined;
      case "begins_with":
        return attribute?.S?.startsWith(prefix?.S ?? "") ?? false;
      default:
        throw unknown(this.text);
    }
  }

  /** Of a set: how many elements it has. */
  private size(): AttributeValue | undefined {
    this.next();
    this.expect("(");
    const { SS } = this.value() ?? {};
    this.expect(")");
    return SS && { N: String(SS.length) };
  }

  private value(): AttributeValue | undefined {
    const token = this.next();
    if (token.startsWith(":")) return valueFor(token, this.placeholders);
    if (!/^#?\w+$/.test(token)) throw unknown(this.text);
    return this.item[nameFor(token, this.placeholders)];
  }

  private next(): string {
    return this.tokens[this.position++] ?? "";
  }

  private accept(token: string): boolean {
    if (this.tokens[this.position] !== token) return false;
    this.position++;
    return true;
  }

  private expect(token: string): void {
    if (!this.accept(token)) throw unknown(this.text);
  }
}

function compare(left: AttributeValue | undefined, operator: string, right: AttributeValue | undefined) {
  if (!left || !right) return false;
  if (operator === "=") return JSON.stringify(left) === JSON.stringify(right);
  const [a, b] = left.N === undefined ? [left.S, right.S] : [Number(left.N), Number(right.N)];
  // Values of different types never compare.
  if (a === undefined || b === undefined) return false;
  switch (operator) {
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
    default:
      throw unknown(operator);
  }
}

/** The item that an update expression makes of another. */
export function updated(item: Item, expression: string, placeholders: Placeholders): Item {
  const result: Record<string, AttributeValue> = structuredClone(item);
  const clauses = expression.split(/\b(SET|REMOVE|ADD|DELETE) /).slice(1);
  if (clauses.length === 0) throw unknown(expression);
  for (let index = 0; index < clauses.length; index += 2) {
    for (const action of (clauses[index + 1] ?? "").trim().split(/,\s*/)) {
      update(result, `${clauses[index]} ${action}`, placeholders);
    }
  }
  return result;
}

function update(item: Record<string, AttributeValue>, action: string, placeholders: Placeholders): void {
  const { set, to, remove, add, by, from, elements } =
    /^(?:SET (?<set>\S+) = (?<to>\S+)|REMOVE (?<remove>\S+)|ADD (?<add>\S+) (?<by>\S+)|DELETE (?<from>\S+) (?<elements>\S+))$/.exec(
      action,
    )?.groups ?? {};
  if (set && to) {
    item[nameFor(set, placeholders)] = valueFor(to, placeholders);
  } else if (remove) {
    delete item[nameFor(remove, placeholders)];
  } else if (add && by) {
    const name = nameFor(add, placeholders);
    const { SS } = valueFor(by, placeholders);
    if (SS) item[name] = { SS: [...new Set([...(item[name]?.SS ?? []), ...SS])] };
    else item[name] = { N: String(Number(item[name]?.N ?? 0) + Number(valueFor(by, placeholders).N)) };
  } else if (from && elements) {
    const name = nameFor(from, placeholders);
    const { SS: removed = [] } = valueFor(elements, placeholders);
    const left = (item[name]?.SS ?? []).filter((element) => !removed.includes(element));
    // A set that is empty is no set.
    if (left.length > 0) item[name] = { SS: left };
    else delete item[name];
  } else {
    throw unknown(action);
  }
}

function nameFor(token: string, { ExpressionAttributeNames = {} }: Placeholders): string {
  const name = ExpressionAttributeNames[token] ?? token;
  if (name.startsWith("#")) throw new Error(`The name ${name} is not defined.`);
  return name;
}

function valueFor(token: string, { ExpressionAttributeValues = {} }: Placeholders): AttributeValue {
  const value = ExpressionAttributeValues[token];
  if (!value) throw new Error(`The value ${token} is not defined.`);
  if (value.SS?.length === 0) throw new Error(`The value ${token} is an empty set.`);
  return value;
}

function unknown(expression: string): Error {
  return new Error(`The stand-in for DynamoDB does not know the expression ${expression}.`);
}
