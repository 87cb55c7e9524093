import { asJson, type EventsCommand, UsageError } from '../command.ts'
import { shopRules } from '../rules.ts'
import { exploreSaga } from '../saga/explore-saga.ts'
import { requests } from '../saga/requests.ts'
import { sagaMermaid } from '../saga/saga-mermaid.ts'
import { sagaText } from '../saga/saga-text.ts'

/** `saga --format …` */
export const saga: EventsCommand = {
  usage: 'saga',
  summary: 'the choreography on one page, found by living through the rules; --format text|mermaid|json',
  options: { format: { type: 'string', default: 'text' } },
  run: async ({ options, json, print }) => {
    const steps = exploreSaga(shopRules(), requests)
    const formats: Record<string, () => string> = {
      text: () => sagaText(steps),
      mermaid: () => sagaMermaid(steps),
      json: () => asJson(steps),
    }
    const format = json ? 'json' : String(options.format)
    const write = Object.hasOwn(formats, format) ? formats[format] : undefined
    if (!write) throw new UsageError(`--format ${format}: there is text, mermaid and json`)
    print(write())
    return 0
  },
}
