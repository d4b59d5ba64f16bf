import type { FunctionName } from "../../components/build/bundle.js";

/** The largest zip file of each function that passes, in KB of 1024 bytes, in `npm run bench` and in `npm test`. */
export const ZIP_TARGETS: Readonly<Record<FunctionName, number>> = {
  receiver: 36,
  // With the page in it.
  "url-generator": 74,
  "topic-policies": 21,
  health: 27,
  organizations: 26,
  changes: 25,
};
