/** Envoy repeats the refused message before the reason, which is the end: characters of it that are kept. */
const longest = 300

/** A line of Envoy's own log → why it refused a configuration; undefined when the line is about something else. */
export function refusalIn(line: string): string | undefined {
  const [, text] = /"msg":"Filesystem config update rejected: (.*)"\}$/.exec(line) ?? []
  const plain = text
    ?.replace(/(\\n|\\t|\s)+/g, ' ')
    .replaceAll('\\"', '"')
    .trim()
  if (plain === undefined) return undefined
  const [, constraint] = /Proto constraint validation failed \((.*)\)$/.exec(plain) ?? []
  const reason = constraint?.split(' | caused by ').at(-1) ?? plain
  return reason.length > longest ? `…${reason.slice(-longest)}` : reason
}
