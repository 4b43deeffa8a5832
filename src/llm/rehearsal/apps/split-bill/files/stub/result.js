export function resultFor() {}
export function textOf() {}
