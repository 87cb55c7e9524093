/** Istio's rules for names (istio/istio `pkg/config/labels/instance.go` and `pkg/config/validation/agent`): each returns why a value is refused. */
const label = '[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?'
const qualified = '(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const longestLabel = 63
const longestDomain = 255

const matches = (pattern: string, text: string): boolean => new RegExp(`^(?:${pattern})$`).test(text)
const isLabel = (text: string): boolean => text.length <= longestLabel && matches(label, text)
const isFirstLabel = (text: string): boolean => text.length <= longestLabel && matches(`\\*|(?:\\*|\\*-)?${label}`, text)

/** A host, whose first label may be a wildcard. */
export function domainFault(domain: string): string | undefined {
  if (domain === '') return 'must not be empty'
  if (domain.length > longestDomain) return `must not be longer than ${longestDomain} characters`
  const [first = '', ...rest] = domain.split('.')
  if (!isFirstLabel(first)) return `must be a domain name: the label "${first}" is invalid`
  const last = rest.at(-1)
  if (last === undefined) return undefined
  if (/^[+-]?\d+$/.test(last)) return `must be a domain name: the top level domain "${last}" is all numeric`
  // A last label may be empty: `istio.io.`
  const wrong = rest.find((text, index) => !(text === '' && index === rest.length - 1) && !isLabel(text))
  return wrong === undefined ? undefined : `must be a domain name: the label "${wrong}" is invalid`
}

export const subsetNameFault = (name: string): string | undefined =>
  isLabel(name) ? undefined : `must be a DNS label: at most ${longestLabel} letters, digits and dashes`

/** Labels as Kubernetes has them. */
export function labelsFault(labels: Readonly<Record<string, string>>): string | undefined {
  for (const [key, value] of Object.entries(labels)) {
    if (!matches(`(?:${label}(?:\\.${label})*/)?${qualified}`, key)) return `has the label key "${key}", which is invalid`
    if (!matches(`(?:${qualified})?`, value)) return `has the label value "${value}", which is invalid`
  }
  return undefined
}
