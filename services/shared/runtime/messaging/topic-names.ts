/** The topics of an event-sourced service; the same names as in topology, which knows the services themselves. */
export const commandsOf = (service: string): string => `${service}.commands`
export const eventsOf = (service: string): string => `${service}.events`
export const snapshotsOf = (service: string): string => `${service}.snapshots`
export const deadLettersOf = (service: string): string => `${service}.dlq`
