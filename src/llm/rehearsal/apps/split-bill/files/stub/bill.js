export function splitBill() {}
export function parseCents() {}
export function formatCents() {}
