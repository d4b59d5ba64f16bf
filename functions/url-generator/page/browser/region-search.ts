/** Finds regions as people call them: by name, code or country, with or without accents. */

/** The countries that AWS's names of regions leave out, as people write them in English and at home. */
const COUNTRIES: Readonly<Record<string, string>> = {
  "af-south-1": "south africa",
  "ap-northeast-1": "japan nippon",
  "ap-northeast-2": "south korea",
  "ap-northeast-3": "japan nippon",
  "ap-south-1": "india bharat",
  "ap-south-2": "india bharat",
  "ap-southeast-2": "australia",
  "ap-southeast-3": "indonesia",
  "ap-southeast-4": "australia",
  "ap-southeast-5": "kuala lumpur",
  "ap-southeast-6": "auckland aotearoa",
  "ap-southeast-7": "bangkok",
  "ap-east-2": "taiwan",
  "ca-central-1": "montreal quebec",
  "ca-west-1": "alberta",
  "eu-central-1": "germany deutschland",
  "eu-central-2": "switzerland schweiz suisse svizzera",
  "eu-north-1": "sweden sverige",
  "eu-south-1": "italy italia milano",
  "eu-south-2": "espana zaragoza aragon",
  "eu-west-1": "dublin eire",
  "eu-west-2": "uk gb united kingdom great britain england",
  "eu-west-3": "france",
  "me-central-1": "united arab emirates dubai",
  "mx-central-1": "queretaro",
  "sa-east-1": "brazil brasil",
};

const USA = "usa united states america";

/**
 * @param text what somebody typed
 * @param region with its name, such as "Europe (Frankfurt)"
 */
export function matches(
  text: string,
  { region, name }: { readonly region: string; readonly name: string },
): boolean {
  const label = plain(`${name} ${region}`);
  const countries = (region.startsWith("us-") ? USA : (COUNTRIES[region] ?? "")).split(" ");
  return plain(text)
    .split(/[^\p{L}\p{N}-]+/u)
    .every((word) => label.includes(word) || countries.some((country) => country.startsWith(word)));
}

/** Lower case, without accents. */
export function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
}
