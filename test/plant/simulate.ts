import type { LiveFunction } from '#core/chain/ports.ts';
import type { Decision } from '#core/messages/decision.ts';
import type { FunctionState } from '#core/policy/state.ts';
import type { PodFacts, Resources } from '#core/usage/reading.ts';
import type { Toolkit } from '#forecast/predict-usage.ts';
import { seededRandom } from '../../invoker/random.ts';
import { NO_RESOURCES } from '../support/no-resources.ts';
import { Controller, type Logged } from './controller.ts';
import { PlantGateway } from './gateway.ts';
import { Kubelet } from './kubelet.ts';
import type { Load } from './load.ts';
import { PlantPod, type Profile } from './pod.ts';

/** A Monday, so that seconds of a run are seconds of a week. */
export const EPOCH_MS = Date.UTC(2026, 0, 5);

export const MI = 2 ** 20;
const NAME = 'plant';

export interface Scenario {
  readonly load: Load;
  readonly seconds: number;
  readonly resources: Resources;
  readonly profile?: Partial<Profile>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** @default 1 */
  readonly pods?: number;
  /** The pods start with the run; otherwise they have been up for an hour. */
  readonly cold?: boolean;
  /** Cores a pod with this CPU request can have, for a neighbour that takes the rest. @default 4 */
  readonly available?: (at: number, requestCores: number) => number;
  /** False while the controller is dead. */
  readonly alive?: (at: number) => boolean;
  readonly remembered?: FunctionState;
  /** Of the node. @default 8 */
  readonly nodeCores?: number;
  /** Pods that calls go to; the others idle. @default all */
  readonly serving?: (at: number) => number;
  readonly toolkit?: Toolkit;
  /** What the user deploys, and when: new pods start at these sizes, cold. */
  readonly deploys?: readonly { readonly at: number; readonly resources: Resources }[];
  /** @default 1 */
  readonly seed?: number;
}

/** The busiest pod's CPU-seconds of a minute ÷ 60, with what the pods had in it. */
export interface Minute {
  readonly at: number;
  readonly cpuCores: number;
  readonly totalCpuCores: number;
  readonly memoryBytes: number;
  readonly throttledSeconds: number;
  readonly desired: Resources;
}

export interface Run {
  readonly load: Load;
  readonly durations: Float64Array;
  readonly minutes: readonly Minute[];
  readonly decisions: readonly Decision[];
  readonly log: readonly Logged[];
  readonly pods: readonly PlantPod[];
  /** What the controller remembers at the end. */
  readonly state: FunctionState | undefined;
}

const PROFILE: Profile = {
  startUpCpuSeconds: 0.3,
  mostCores: 1,
  baseBytes: 30 * MI,
  bytesPerCall: 0.2 * MI,
  leakBytesPerCall: 0,
  timeoutSeconds: 60,
};

/** Seconds from a patch until the kubelet has put it in force. */
const RESIZE_SECONDS = 1;
const EVERY = { scrape: 15, cycle: 15, minute: 60, neighbour: 5 } as const;
const PHASE = { scrape: 4.3, cycle: 15.9 } as const;
interface Event {
  at: number;
  /** Null: once. */
  readonly every: number | null;
  readonly run: () => void | Promise<void>;
}

class Simulation {
  readonly #scenario: Scenario;
  readonly #pods: readonly PlantPod[];
  readonly #kubelets: readonly Kubelet[];
  readonly #gateway: PlantGateway;
  readonly #controller: Controller | null;
  #events: Event[];
  readonly #minutes: Minute[] = [];
  #now = 0;
  #template: Resources;
  #nextCall = 0;
  #turn = 0;
  #counted: readonly { cpu: number; throttled: number; runs: number }[];

  constructor(scenario: Scenario, controlled: boolean) {
    this.#scenario = scenario;
    this.#template = scenario.resources;
    const random = seededRandom(scenario.seed ?? 1);
    this.#gateway = new PlantGateway(scenario.load.times, EPOCH_MS);
    const profile = { ...PROFILE, ...scenario.profile };
    const names = Array.from({ length: scenario.pods ?? 1 }, (_, index) => `${NAME}-5d8f-${index}`);
    this.#pods = names.map((name) => this.#pod(name, scenario, profile));
    this.#kubelets = this.#pods.map((pod) => new Kubelet(pod, NAME, EPOCH_MS, random));
    this.#counted = this.#pods.map(() => ({ cpu: 0, throttled: 0, runs: 1 }));
    this.#controller = controlled ? this.#connect() : null;
    this.#events = this.#timetable();
  }

  async run(): Promise<Run> {
    while (this.#now < this.#scenario.seconds) {
      const at = Math.min(this.#scenario.seconds, ...this.#events.map((event) => event.at));
      this.#advance(at);
      for (const event of this.#events.filter((due) => due.at <= at)) {
        event.at += event.every ?? Infinity;
        await event.run();
      }
      this.#events = this.#events.filter((event) => event.at < Infinity);
      for (const kubelet of this.#kubelets) if (kubelet.nextSampleAt <= at) kubelet.housekeep();
    }
    return {
      load: this.#scenario.load,
      durations: this.#gateway.durations,
      minutes: this.#minutes,
      decisions: this.#controller?.decisions ?? [],
      log: this.#controller?.log ?? [],
      pods: this.#pods,
      state: this.#controller?.state,
    };
  }

  #pod(name: string, { resources, cold = false }: Scenario, profile: Profile): PlantPod {
    const options = { epochMs: EPOCH_MS, at: 0, warm: !cold };
    return new PlantPod(name, resources, profile, options, (call, at, seconds) => {
      this.#gateway.finish(call, at, seconds);
    });
  }

  #connect(): Controller {
    const live = (): LiveFunction => ({
      namespace: 'openfaas-fn',
      name: NAME,
      uid: 'uid-1',
      annotations: { 'foresize/mode': 'apply', 'foresize/gate': 'off', ...this.#scenario.annotations },
      labels: {},
      replicas: this.#pods.length,
      template: this.#template,
      pods: this.#pods.map((pod) => pod.facts(NAME)),
    });
    const surroundings = {
      nowMs: () => EPOCH_MS + Math.round(this.#now * 1000),
      read: (fromMs: number) => Promise.resolve(this.#read(fromMs)),
      live,
      resize: (facts: PodFacts, to: Resources) => {
        this.#resize(facts, to);
      },
      nodeCores: this.#scenario.nodeCores ?? 8,
      toolkit: this.#scenario.toolkit,
    };
    return new Controller(surroundings, this.#scenario.remembered);
  }

  #timetable(): Event[] {
    const { available, alive = () => true, deploys = [] } = this.#scenario;
    const scrape = (): void => {
      this.#scrape();
    };
    const cycle = async (): Promise<void> => {
      if (alive(this.#now)) await this.#controller?.cycle();
    };
    const minute = (): void => {
      this.#countMinute();
    };
    return [
      { at: PHASE.scrape, every: EVERY.scrape, run: scrape },
      { at: PHASE.cycle, every: EVERY.cycle, run: cycle },
      { at: EVERY.minute, every: EVERY.minute, run: minute },
      ...deploys.map(({ at, resources }) => ({
        at,
        every: null,
        run: () => {
          this.#deploy(resources);
        },
      })),
      ...(available === undefined ? [] : [{ at: 0, every: EVERY.neighbour, run: () => undefined }]),
    ];
  }

  /** Calls arrive one by one, each at the next pod that is ready. */
  #advance(until: number): void {
    const { load } = this.#scenario;
    const at = Math.min(until, ...this.#kubelets.map((kubelet) => kubelet.nextSampleAt));
    for (let call = this.#nextCall; (load.times[call] ?? Infinity) <= at; call += 1) {
      const arrival = load.times[call] ?? 0;
      const pod = this.#route(arrival);
      this.#advancePod(pod, arrival);
      this.#gateway.start();
      pod.accept(call, load.costs[call] ?? 0);
      this.#nextCall = call + 1;
    }
    for (const pod of this.#pods) this.#advancePod(pod, at);
    this.#now = at;
    if (at >= until) return;
    for (const kubelet of this.#kubelets) if (kubelet.nextSampleAt <= at) kubelet.housekeep();
    this.#advance(until);
  }

  #advancePod(pod: PlantPod, at: number): void {
    const { available } = this.#scenario;
    pod.advance(at, available?.(pod.now, pod.desired.cpuRequestCores ?? 0) ?? 4);
  }

  #route(at: number): PlantPod {
    const serving = this.#pods.slice(0, this.#scenario.serving?.(at) ?? this.#pods.length);
    const ready = serving.filter((pod) => pod.isReady);
    const choice = ready.length > 0 ? ready : serving;
    this.#turn += 1;
    const pod = choice[this.#turn % choice.length];
    if (pod === undefined) throw new Error('a scenario needs a pod');
    return pod;
  }

  #scrape(): void {
    for (const kubelet of this.#kubelets) kubelet.scrape();
    this.#gateway.scrape(this.#now);
  }

  #read(fromMs: number): Awaited<ReturnType<Surroundings['read']>> {
    this.#scrape();
    return {
      containers: this.#kubelets.flatMap((kubelet) => kubelet.series(fromMs)),
      calls: [this.#gateway.series(fromMs, NAME)],
    };
  }

  #resize({ pod: name }: PodFacts, to: Resources): void {
    const pod = this.#pods.find((candidate) => candidate.facts(NAME).pod === name);
    if (pod === undefined) return;
    pod.desired = to;
    const enforce = (): void => {
      pod.enforce(to);
    };
    this.#events.push({ at: this.#now + RESIZE_SECONDS, every: null, run: enforce });
  }

  #deploy(resources: Resources): void {
    this.#template = resources;
    for (const pod of this.#pods) pod.replace(resources);
  }

  #countMinute(): void {
    const before = this.#counted;
    this.#counted = this.#pods.map(({ cpuSeconds, run, runs }) => ({
      cpu: cpuSeconds,
      throttled: run.throttledSeconds,
      runs,
    }));
    const used = this.#counted.map(({ cpu }, index) => (cpu - (before[index]?.cpu ?? 0)) / EVERY.minute);
    const throttled = this.#counted.map(({ throttled: now, runs }, index) => {
      const last = before[index];
      return now - (last?.runs === runs ? last.throttled : 0);
    });
    this.#minutes.push({
      at: this.#now - EVERY.minute,
      cpuCores: Math.max(...used),
      totalCpuCores: used.reduce((sum, value) => sum + value, 0),
      memoryBytes: Math.max(...this.#pods.map((pod) => pod.memoryBytes)),
      throttledSeconds: Math.max(...throttled),
      desired: this.#pods[0]?.desired ?? NO_RESOURCES,
    });
  }
}

type Surroundings = ConstructorParameters<typeof Controller>[0];

/** The closed loop: the plant under the product's own chain. */
export function simulate(scenario: Scenario): Promise<Run> {
  return new Simulation(scenario, true).run();
}

/** The same calls in pods without limits or anybody who sizes them. */
export function simulateUnlimited(scenario: Scenario): Promise<Run> {
  return new Simulation({ ...scenario, resources: NO_RESOURCES }, false).run();
}
