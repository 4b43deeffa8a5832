export class Links {}
