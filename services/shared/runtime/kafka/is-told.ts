/** What fails again and again is told of the first time, and then now and then. @param failures in a row */
export const isTold = (failures: number): boolean => failures === 1 || failures % 30 === 0
