/** The tables. Constraints that SQL alone can say (balanced sets, append-only) are in the migrations. */
export * from './modelTables.ts'
export * from './moneyTables.ts'
export * from './projectTables.ts'
export * from './secretTables.ts'
