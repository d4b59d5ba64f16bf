import type { FunctionName } from "../../components/build/bundle.js";

/** The largest zip file of each function that passes, in KB of 1024 bytes, in `npm run bench` and in `npm test`. */
export const ZIP_TARGETS: Readonly<Record<FunctionName, number>> = {
  receiver: 110,
  "url-generator": 160,
  "topic-policies": 110,
  health: 110,
  // It has the clients of Organizations and CloudFormation.
  organizations: 150,
  changes: 110,
};
