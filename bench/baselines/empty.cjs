// The smallest possible function: what Node and the harness cost by themselves.
exports.handler = async () => undefined;
