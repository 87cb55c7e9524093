/** What was typed, with this term in place of another one of its name; without one when there is no value. */
export function withTerm(typed: string, name: string, value: string): string {
  const others = (typed.match(/(?:\w+:)?"[^"]*"?|\S+/g) ?? []).filter((term) => !term.startsWith(`${name}:`))
  return [...others, ...(value === '' ? [] : [`${name}:${value}`])].join(' ')
}
