import { eventSourcedNames } from '../../../services/shop.ts'
import { UsageError } from '../../cli/command-error.ts'
import { asJson, type EventsCommand } from '../command.ts'
import { kafkaLog } from '../log/shop-log.ts'
import { shopRules } from '../rules.ts'
import { exploreSaga } from '../saga/explore-saga.ts'
import { observeSaga } from '../saga/observe-saga.ts'
import { requests } from '../saga/requests.ts'
import { strangeTo } from '../saga/saga-edges.ts'
import { sagaMermaid } from '../saga/saga-mermaid.ts'
import { comparisonText, sagaText } from '../saga/saga-text.ts'

/** `saga --format …` */
export const saga: EventsCommand = {
  run: async ({ options, json, eventLog, print, progress }) => {
    const format = json ? 'json' : String(options.format)
    if (!['text', 'mermaid', 'json'].includes(format)) throw new UsageError(`--format ${format}: there is text, mermaid and json`)
    const steps = exploreSaga(shopRules(), requests)
    if (!options.observed) {
      print(format === 'text' ? sagaText(steps) : format === 'mermaid' ? sagaMermaid(steps) : asJson(steps))
      return 0
    }
    if (format === 'mermaid') throw new UsageError('--observed prints text or json')
    const log = kafkaLog(await eventLog(), (records) => progress(`${records} records read`))
    const counts = await observeSaga(log, eventSourcedNames, steps)
    const strange = strangeTo(steps, counts)
    print(
      format === 'json'
        ? asJson({ steps, counts: Object.fromEntries(counts), strange })
        : `${sagaText(steps, counts)}\n${comparisonText(steps, counts)}`,
    )
    return strange.length === 0 ? 0 : 1
  },
}
