/** As a sample has them between its braces. */
export const labelText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',')

/** A text in Prometheus's format, each sample with these labels in front of its own, which must be others. */
export function withLabels(text: string, labels: Readonly<Record<string, string>>): string {
  const added = labelText(labels)
  return text
    .split('\n')
    .map((line) => {
      if (line === '' || line.startsWith('#')) return line
      const end = line.search(/[{ ]/)
      const [name, rest] = [line.slice(0, end), line.slice(end)]
      if (!rest.startsWith('{')) return `${name}{${added}}${rest}`
      return rest.startsWith('{}') ? `${name}{${added}}${rest.slice(2)}` : `${name}{${added},${rest.slice(1)}`
    })
    .join('\n')
}
