import type { FunctionName } from "../../components/build/bundle.js";

/** The largest zip file of each function that passes, in KB of 1024 bytes, in `npm run bench` and in `npm test`. */
export const ZIP_TARGETS: Readonly<Record<FunctionName, number>> = {
  receiver: 75,
  "url-generator": 110,
  "topic-policies": 75,
  health: 75,
  // It has the clients of Organizations and CloudFormation.
  organizations: 75,
  changes: 75,
};
