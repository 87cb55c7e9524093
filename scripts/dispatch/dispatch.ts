import { appUrl } from '../access/shop-access.ts'
import { CommandError } from '../cli/command-error.ts'
import { asJson, type EventsCommand, type Request, word } from '../events/command.ts'
import { last } from '../events/log/chosen-aggregate.ts'
import { newestAggregates } from '../events/log/newest-aggregates.ts'

const answerWithinMs = 10_000

/**
 * `dispatch <order id|last>`: what the warehouse does. The gateway has no such route, so shipping is asked at its own port, behind its
 * proxy: by who may start processes here, or open ports of a cluster's pods.
 */
export const dispatch: EventsCommand = {
  run: async (request) => {
    const orderId = await orderOf(request)
    const path = `/shipments/${encodeURIComponent(orderId)}/dispatch`
    const url = `${await appUrl(await request.access(), 'shipping')}${path}`
    const response = await fetch(url, { method: 'POST', signal: AbortSignal.timeout(answerWithinMs) }).catch(() => {
      throw new CommandError(`shipping does not answer at ${new URL(url).origin}`)
    })
    if (!response.ok) throw new CommandError(await refusal(response))
    const isDecided = response.status === 204
    if (request.json) request.print(asJson({ orderId, decided: isDecided }))
    else request.print(isDecided ? `the parcel of ${orderId} is on its way\n` : `${orderId}: asked for; shipping decides it later\n`)
    return 0
  },
}

/** `last` is the newest shipment that waits for the warehouse: dispatched ones need nobody. */
async function orderOf(request: Request): Promise<string> {
  const given = word(request, 0, 'the order')
  if (given !== last) return given
  const booked = { kind: 'shipment', limit: 1, wanted: ({ type }: { type: string }) => type === 'shipping.ShipmentBooked' } as const
  const [shipment] = await newestAggregates(await request.eventLog(), booked)
  if (shipment === undefined) throw new CommandError('no parcel waits to be dispatched')
  return shipment.id
}

async function refusal(response: Response): Promise<string> {
  const { title = '', detail = '' } = Object(await response.json().catch(() => undefined)) as { title?: string; detail?: string }
  return `shipping refused it with status ${response.status}: ${detail || title}`
}
