import { eventSourcedNames } from '../../../services/shop.ts'
import { UsageError } from '../../cli/command-error.ts'
import { table } from '../../cli/table.ts'
import { asJson, type EventsCommand } from '../command.ts'
import { remadePartitions, repairPartition } from '../remade/repair-commands.ts'

/** `commands [repair]` */
export const commands: EventsCommand = {
  run: async (request) => {
    const [action] = request.words
    if (action !== undefined && action !== 'repair') throw new UsageError(`there is no 'commands ${action}'; there is: repair`)
    const eventLog = await request.eventLog()
    const found = await remadePartitions(eventLog, eventSourcedNames, (records) => request.progress(`${records} records read`))
    const told: { partition: string; end: number; answeredUpTo: number; passedOver: number; sentAgain?: number }[] = []
    for (const one of found) {
      const { topic, partition, end, answeredUpTo, passedOver } = one
      const about = { partition: `${topic}/${partition}`, end, answeredUpTo, passedOver: passedOver.length }
      told.push(action === 'repair' ? { ...about, sentAgain: await repairPartition(eventLog, await request.kafka(), one) } : about)
    }
    if (request.json) request.print(asJson(told))
    else if (told.length === 0) request.print('every commands topic goes on where its events end\n')
    else {
      const rows = told.map(({ partition, end, answeredUpTo, passedOver, sentAgain }) => [
        partition,
        `ended at ${end}`,
        `answered up to ${answeredUpTo}`,
        sentAgain === undefined ? `passed over: ${passedOver}` : `sent again: ${sentAgain}`,
      ])
      request.print(table(rows))
      if (action !== 'repair') request.print('to go on: npx breakwater events commands repair\n')
    }
    return told.length === 0 || action === 'repair' ? 0 : 1
  },
}
