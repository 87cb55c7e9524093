/** Where a line came from. */
export interface LogSource {
  readonly workload: string
  readonly replica: number
  readonly container: string
}

/**
 * One line of a process's output → one line of the common log: JSON with its source added in front; text becomes a `msg`.
 * @param now for lines that bring no time
 */
export function toLogRecord(line: string, source: LogSource, now: () => Date): string {
  const origin = JSON.stringify(source)
  if (isJsonObject(line)) return line === '{}' ? origin : `${origin.slice(0, -1)},${line.slice(1)}`
  return JSON.stringify({ ...source, time: now().toISOString(), level: 'info', msg: line })
}

function isJsonObject(line: string): boolean {
  if (!line.startsWith('{') || !line.endsWith('}')) return false
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}
