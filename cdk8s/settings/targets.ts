import { settings as eks } from './eks.ts'
import { settings as eksObservability } from './eks-observability.ts'
import { settings as kind } from './kind.ts'
import { settings as kindObservability } from './kind-observability.ts'
import { settings as local } from './local.ts'
import type { Settings } from './settings.ts'

/** What `npx breakwater synth` writes when no other settings are named. */
export const targets: readonly Settings[] = [local, kind, kindObservability, eks, eksObservability]
