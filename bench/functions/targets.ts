import type { FunctionName } from "../../components/build/bundle.js";

/** KB of 1024 bytes: more is a miss, in `npm run bench` and in `npm test`. */
export const ZIP_TARGETS: Readonly<Record<FunctionName, number>> = {
  receiver: 110,
  "url-generator": 160,
  "topic-policies": 110,
  health: 110,
  changes: 110,
};
