/** One metric with all its samples: what a text has about it, line by line. */
interface Family {
  help?: string
  type?: string
  readonly samples: string[]
}

/**
 * Texts in Prometheus's format → one, in which each metric has its type once and its samples together, as the format wants it. The first to describe a
 * metric describes it for all. What a text says with `# EOF` and other remarks is left out.
 */
export function mergeExpositions(texts: readonly string[]): string {
  const families = new Map<string, Family>()
  for (const text of texts) addTo(families, text)
  const lines: string[] = []
  for (const [name, { help, type, samples }] of families) {
    if (samples.length === 0) continue
    if (help !== undefined) lines.push(`# HELP ${name} ${help}`)
    if (type !== undefined) lines.push(`# TYPE ${name} ${type}`)
    for (const sample of samples) lines.push(sample)
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`
}

function addTo(families: Map<string, Family>, text: string): void {
  const familyOf = (name: string): Family => {
    const known = families.get(name)
    if (known !== undefined) return known
    const family: Family = { samples: [] }
    families.set(name, family)
    return family
  }
  let described: { readonly name: string; readonly family: Family } | undefined
  for (const line of text.split('\n')) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? []
    if (keyword !== undefined) {
      const family = familyOf(name)
      described = { name, family }
      if (keyword === 'HELP') family.help ??= rest
      else family.type ??= rest
    } else if (line !== '' && !line.startsWith('#')) {
      const sampleName = /^[a-zA-Z_:][a-zA-Z0-9_:]*/.exec(line)?.[0]
      if (sampleName === undefined) continue
      // `_bucket`, `_sum` and `_count` belong to the histogram that was described before them.
      const belongs = described !== undefined && isOf(described.name, sampleName)
      const family = belongs && described ? described.family : familyOf(sampleName)
      family.samples.push(line)
    }
  }
}

const isOf = (family: string, sample: string): boolean =>
  sample === family || (sample.startsWith(family) && ['_bucket', '_sum', '_count'].includes(sample.slice(family.length)))
