import { InvalidArgumentError, Option } from 'commander'

/** Where the shop is that a command works on. */
export type TargetName = 'local' | 'cluster'

/** `--json` of a command that would otherwise print for people. */
export const jsonOption = (): Option =>
  new Option('--json', 'print the result as JSON, and nothing else, on standard output').default(false)

/** `--target` of a command that works on both. */
export const targetOption = (): Option =>
  new Option(
    '--target <where>',
    'local: the shop that make up started; cluster: the one that make deploy started (KIND_CLUSTER or KUBE_CONTEXT names another cluster)',
  )
    .choices(['local', 'cluster'])
    .default('local')

/** Text of an option → a whole number from `least` on. */
export const wholeNumber =
  (least: number) =>
  (text: string): number => {
    const number = Number(text)
    if (text.trim() === '' || !Number.isInteger(number) || number < least)
      throw new InvalidArgumentError(`It must be a whole number from ${least} on.`)
    return number
  }

/** Text of an option → a port; 0 for one that is free. */
export function portNumber(text: string): number {
  const port = wholeNumber(0)(text)
  if (port > 65_535) throw new InvalidArgumentError('It must be a port, at most 65535.')
  return port
}

/** Text of an option → a number above 0. */
export function positiveNumber(text: string): number {
  const number = Number(text)
  if (!(number > 0)) throw new InvalidArgumentError('It must be a number above 0.')
  return number
}

/** A value as JSON, laid out for people who look at it. */
export const printJson = (value: unknown): void => console.log(JSON.stringify(value, undefined, 2))
