/** How the functions start, and how they work once they are warm. */
import { number, type Row, ratio, type Section } from "../rows.js";
import { askForLink, phoneHome } from "./events.js";
import type { Laboratory } from "./measure.js";
import { emptyHandler, type Measured, measured, type Subject, type Subjects } from "./subjects.js";
import { ZIP_TARGETS } from "./targets.js";

type AllSubjects = Readonly<Record<Measured, Subjects>>;

/** Of the article's instructions, each above an empty handler's. */
const TARGETS: Partial<Record<Measured, { readonly load: number; readonly first: number }>> = {
  receiver: { load: 0.26, first: 0.36 },
};

const WARM_EVENTS = 200;
const WARM_MILLISECONDS = 1.5;

const eventFor = (name: Measured) => (name === "receiver" ? phoneHome(1) : askForLink());

/** From nothing to the first answer. */
export async function coldStart(laboratory: Laboratory, subjects: AllSubjects): Promise<Section> {
  const unit = laboratory.hasValgrind ? "M instructions" : "ms";
  const scale = laboratory.hasValgrind ? 1e6 : 1e3;
  const cost = async (file: string, event: unknown) => {
    const [load, first] = await Promise.all([
      laboratory.cost(file, event, 0),
      laboratory.cost(file, event, 1),
    ]);
    return { load: load / scale, first: first / scale };
  };
  const empty = await cost(emptyHandler, phoneHome(1));
  const rows: Row[] = [
    { what: "empty handler, load and first event", value: `${number(empty.first)} ${unit}`, baseline: "" },
  ];
  for (const name of measured) {
    const above = async ({ file }: Subject) => {
      const { load, first } = await cost(file, eventFor(name));
      return { load: load - empty.load, first: first - empty.first };
    };
    const bundle = await above(subjects[name].bundle);
    const unbundled = await above(subjects[name].unbundled);
    const article = await above(subjects[name].article);
    const target = TARGETS[name];
    rows.push(
      ratio(`${name}: load, against the article's`, bundle.load, article.load, unit, target?.load),
      ratio(
        `${name}: load and first event, against the article's`,
        bundle.first,
        article.first,
        unit,
        target?.first,
      ),
      ratio(`${name}: load, against SDK v3 unbundled`, bundle.load, unbundled.load, unit),
      ratio(`${name}: load and first event, against SDK v3 unbundled`, bundle.first, unbundled.first, unit),
    );
  }
  for (const name of measured) {
    const { bundle, unbundled, article } = subjects[name];
    const kilobytes = bundle.zipBytes / 1024;
    rows.push({
      what: `${name}: zip`,
      value: `${number(kilobytes)} KB`,
      baseline: `${number(unbundled.zipBytes / 1024)} KB unbundled, ${number(article.zipBytes / 1024)} KB article`,
      measure: kilobytes,
      target: ZIP_TARGETS[name],
    });
  }
  const how = laboratory.hasValgrind ? "" : " (no valgrind here: processor time)";
  return { title: `Cold start, above an empty handler${how}`, rows };
}

/** Event after event in one process. */
export async function warm(laboratory: Laboratory, subjects: AllSubjects): Promise<Section> {
  const rows: Row[] = [];
  for (const name of measured) {
    const time = async ({ file }: Subject) =>
      (await laboratory.time(file, eventFor(name), WARM_EVENTS)).perEvent / 1e3;
    const bundle = await time(subjects[name].bundle);
    const article = await time(subjects[name].article);
    rows.push({ ...ratio(`${name}: per event, against the article's`, bundle, article, "ms CPU") });
    if (name === "receiver") {
      rows.push({
        what: "receiver: per event, four new TLS connections in it",
        value: `${number(bundle)} ms CPU`,
        baseline: "",
        measure: bundle,
        target: WARM_MILLISECONDS,
      });
      const plain =
        (await laboratory.time(subjects.receiver.bundle.file, phoneHome(1), WARM_EVENTS, "plain")).perEvent /
        1e3;
      rows.push({
        what: "receiver: per event, the same calls without TLS",
        value: `${number(plain)} ms CPU`,
        baseline: "",
        measure: plain,
        target: WARM_MILLISECONDS,
      });
    }
  }
  const one = (await laboratory.time(subjects.receiver.bundle.file, phoneHome(1), 100)).perEvent / 1e3;
  for (const records of [10, 100]) {
    const { perEvent } = await laboratory.time(
      subjects.receiver.bundle.file,
      phoneHome(records),
      200 / records,
    );
    rows.push(
      ratio(`receiver: per record, ${records} at once, against one`, perEvent / 1e3 / records, one, "ms CPU"),
    );
  }
  return { title: `Warm, ${WARM_EVENTS} events`, rows };
}
