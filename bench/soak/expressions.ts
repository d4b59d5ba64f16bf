/** DynamoDB's expressions, as far as these functions use them; anything else is an error. */

/** An item, or any part of one, as DynamoDB's JSON. */
export type Value = { readonly S?: string; readonly N?: string; readonly SS?: readonly string[] };
export type Item = Readonly<Record<string, Value>>;

export interface Names {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, Value>>;
}

/** Whether an item, or the lack of one, meets a condition. @throws Error for an expression that is not understood */
export function meets(item: Item | undefined, condition: string | undefined, names: Names): boolean {
  if (!condition) return true;
  const tokens = condition.match(/[()]|<=|>=|<>|[<>=,]|[\w#:]+/g) ?? [];
  let at = 0;
  const next = () => tokens[at++] ?? "";
  const either = (): boolean => {
    let result = both();
    while (tokens[at]?.toUpperCase() === "OR") {
      at++;
      result = both() || result;
    }
    return result;
  };
  const both = (): boolean => {
    let result = one();
    while (tokens[at]?.toUpperCase() === "AND") {
      at++;
      result = one() && result;
    }
    return result;
  };
  const one = (): boolean => {
    const token = next();
    if (token === "(") {
      const result = either();
      next();
      return result;
    }
    if (token === "attribute_exists" || token === "attribute_not_exists") {
      next();
      const exists = valueFor(item, next(), names) !== undefined;
      next();
      return exists === (token === "attribute_exists");
    }
    const operator = next();
    return compare(valueFor(item, token, names), operator, valueFor(item, next(), names));
  };
  const result = either();
  if (at !== tokens.length) throw new Error(`Not understood: ${condition}`);
  return result;
}

/** The item that an update makes. */
export function updated(item: Item, expression: string, names: Names): Item {
  const result: Record<string, Value> = { ...item };
  const clauses = expression.split(/\b(SET|REMOVE|ADD)\b/).slice(1);
  for (let index = 0; index < clauses.length; index += 2) {
    for (const part of (clauses[index + 1] ?? "").split(",")) {
      const [first = "", second = "", third = ""] = part.trim().split(/\s+/);
      const name = nameOf(first, names);
      if (clauses[index] === "REMOVE") delete result[name];
      else if (clauses[index] === "SET" && second === "=") result[name] = valueFor(item, third, names) ?? {};
      else if (clauses[index] === "ADD") {
        const sum = Number(item[name]?.N ?? 0) + Number(valueFor(item, second, names)?.N);
        result[name] = { N: String(sum) };
      } else throw new Error(`Not understood: ${expression}`);
    }
  }
  return result;
}

function nameOf(token: string, { ExpressionAttributeNames }: Names): string {
  return token.startsWith("#") ? (ExpressionAttributeNames?.[token] ?? "") : token;
}

function valueFor(item: Item | undefined, token: string, names: Names): Value | undefined {
  return token.startsWith(":") ? names.ExpressionAttributeValues?.[token] : item?.[nameOf(token, names)];
}

function compare(left: Value | undefined, operator: string, right: Value | undefined): boolean {
  if (!left || !right) return false;
  const [a, b] = left.N !== undefined ? [Number(left.N), Number(right.N)] : [left.S ?? "", right.S ?? ""];
  switch (operator) {
    case "=":
      return a === b;
    case "<>":
      return a !== b;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
    default:
      throw new Error(`Not understood: ${operator}`);
  }
}
