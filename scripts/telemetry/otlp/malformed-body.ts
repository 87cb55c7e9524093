/** What was sent is not what it says that it is, or more than anybody means. */
export class MalformedBody extends Error {}

/** Values in values in values … */
const deepest = 16

/** @throws MalformedBody when a value is nested so deep that whoever reads it, or writes it, may run out of stack */
export function checkDepth(depth: number): void {
  if (depth > deepest) throw new MalformedBody(`values are nested more than ${deepest} deep`)
}
