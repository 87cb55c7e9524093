import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'

/**
 * Reads files of one schema: the text → what it says.
 * What it throws is an Error that says what is wrong where and never quotes the text, not as its cause either (JSON.parse does): there may be secrets in it.
 * @param complete adds what may be left out, before it is checked
 */
export function jsonReader<Schema extends TSchema>(
  schema: Schema,
  complete = (given: unknown): unknown => given,
): (text: string) => Static<Schema> {
  const compiled = Compile(schema)
  return (text) => {
    let given: unknown
    try {
      given = JSON.parse(text)
    } catch {
      throw new Error('it is not valid JSON')
    }
    const value = complete(given)
    if (compiled.Check(value)) return value as Static<Schema>
    const wrong = compiled.Errors(value).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`)
    throw new Error(wrong.join('; '))
  }
}
