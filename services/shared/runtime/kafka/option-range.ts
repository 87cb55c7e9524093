/**
 * Holds a numeric option against its range.
 * @throws RangeError that names the option, when it is no whole number between `least` and `most`
 */
export function checkRange(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new RangeError(`${name} is ${value}: it must be a whole number from ${least} to ${most}`)
}
