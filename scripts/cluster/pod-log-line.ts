/** kubectl's `--prefix`. */
const prefixed = /^\[pod\/([^/\]]+)\/([^\]]+)\] (.*)$/

/** A line of `kubectl logs --prefix` → the same as one line of JSON: where it came from in front of the record; text becomes a `msg`. */
export function podLogLine(line: string): string {
  const [, pod, container, text = line] = prefixed.exec(line) ?? []
  const source = pod === undefined ? {} : { pod, container }
  return JSON.stringify({ ...source, ...recordOf(text) })
}

function recordOf(text: string): object {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch {
    // Istio's agent and the broker write text.
  }
  return { msg: text }
}
