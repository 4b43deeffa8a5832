export function parse() {}
export function format() {}
