import type { SagaStep } from './saga-step.ts'

/** An event's name in its publisher's box. */
const shortName = (type: string): string => type.slice(type.indexOf('.') + 1)
const publisherOf = (type: string): string => type.slice(0, type.indexOf('.'))
const eventId = (type: string): string => type.replace('.', '_')
const commandId = ({ service, command }: SagaStep): string => `${service}_${command}`

/** The choreography as a Mermaid flowchart: a box for each service, commands as rectangles, events as rounded ones, requests and timers as arrows from outside. */
export function sagaMermaid(steps: readonly SagaStep[]): string {
  const services = [...new Set(steps.map(({ service }) => service))]
  const boxes = services.flatMap((service) => {
    const own = steps.filter((step) => step.service === service)
    const events = [...new Set(own.flatMap(({ causes }) => causes))].filter((type) => publisherOf(type) === service)
    return [
      `  subgraph ${service}`,
      ...own.map((step) => `    ${commandId(step)}[${step.command}]`),
      ...events.map((type) => `    ${eventId(type)}([${shortName(type)}])`),
      '  end',
    ]
  })
  const arrows = steps.flatMap((step) => [
    ...step.because.map((cause) => `  ${cause.includes('.') ? eventId(cause) : `${cause}((${cause}))`} --> ${commandId(step)}`),
    ...step.causes.map((type) => `  ${commandId(step)} --> ${eventId(type)}`),
  ])
  return `${['flowchart LR', ...boxes, ...arrows].join('\n')}\n`
}
