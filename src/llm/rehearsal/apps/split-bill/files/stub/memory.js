export function remember() {}
export function recall() {}
