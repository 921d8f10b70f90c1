/** One proxy of a Toxiproxy server. */

import type { Proxy as ControlledProxy, Toxiproxy } from 'toxiproxy-node-client'
import { type ClaimedPort, claimPort, LOOPBACK } from '../process/loopback.ts'
import type { Endpoint } from '../system-contract.ts'
import { sleep } from '../waiting.ts'
import { control, type ToxicSpec } from './toxiproxy-control.ts'

export interface ToxiproxyProxy extends AsyncDisposable {
  readonly port: number
  /** Adds a toxic that acts on every connection; the function that is returned removes it. */
  add(toxic: ToxicSpec): Promise<() => Promise<void>>
  /** Rejects with ToxiproxyError unless it is there, as it was made and told to be. */
  check(): Promise<void>
  /** Takes connections, or closes its listener and all connections. */
  enable(enabled: boolean): Promise<void>
}

export interface ToxiproxyServer extends AsyncDisposable {
  /** Such as `2.12.0`, with the image where it is in one. */
  readonly version: string
  /** Makes a proxy that leads to `target`, on a port that it keeps. */
  proxy(target: Endpoint): Promise<ToxiproxyProxy>
}

/** How often a proxy is made again in the place of one that is stuck, and how long in between, ms. */
const RENEWALS = 20
const RENEW_AFTER = 50
const NOT_FOUND = 'status code 404'

/** Makes a proxy on a free port. Rejects with SiteError when Toxiproxy does not. */
export async function makeProxy(client: Toxiproxy, name: string, target: Endpoint): Promise<ToxiproxyProxy> {
  const claim = await claimPort()
  try {
    const proxy = new LinkProxy(client, { name, claim, target })
    await proxy.create()
    return proxy
  } catch (error) {
    await claim[Symbol.asyncDispose]()
    throw error
  }
}

class LinkProxy implements ToxiproxyProxy {
  readonly port: number
  readonly #claim: ClaimedPort
  readonly #client: Toxiproxy
  readonly #name: string
  readonly #upstream: string
  readonly #toxics = new Map<string, ToxicSpec>()
  #proxy: ControlledProxy | null = null
  #enabled = true
  #added = 0

  constructor(
    client: Toxiproxy,
    options: { readonly name: string; readonly claim: ClaimedPort; readonly target: Endpoint },
  ) {
    this.#client = client
    this.#name = options.name
    this.#claim = options.claim
    this.port = options.claim.port
    this.#upstream = `${options.target.host}:${options.target.port}`
  }

  async create(): Promise<void> {
    const body = { name: this.#name, ...this.#addresses(), enabled: this.#enabled, toxics: [] }
    this.#proxy = await control(`make the proxy ${this.#name}`, () => this.#client.createProxy(body))
    for (const [name, toxic] of this.#toxics) await this.#addToxic(name, toxic)
  }

  async add(toxic: ToxicSpec): Promise<() => Promise<void>> {
    const name = `${toxic.type}-${this.#added++}`
    await this.#addToxic(name, toxic)
    this.#toxics.set(name, toxic)
    return async () => {
      this.#toxics.delete(name)
      try {
        await control(`remove the toxic ${name}`, async () => (await this.#made().getToxic(name)).remove())
      } catch {
        // A connection that is stuck can keep a toxic from being removed. A proxy made anew has no such connection.
        await this.#renew()
      }
    }
  }

  async enable(enabled: boolean): Promise<void> {
    this.#enabled = enabled
    // The whole body: what is left out of an update becomes empty.
    const body = { enabled, ...this.#addresses() }
    await control(`${enabled ? 'enable' : 'disable'} the proxy ${this.#name}`, () => this.#made().update(body))
  }

  async check(): Promise<void> {
    await control(`tell of the proxy ${this.#name}`, async () => {
      const { enabled, listen, upstream } = await this.#client.get(this.#name)
      const wanted = this.#addresses()
      if (enabled !== this.#enabled || listen !== wanted.listen || upstream !== wanted.upstream) {
        throw new Error('it is not as it was made')
      }
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#remove()
    } finally {
      await this.#claim[Symbol.asyncDispose]()
    }
  }

  async #renew(): Promise<void> {
    await this.#remove()
    for (let tried = 1; ; tried++) {
      try {
        return await this.create()
      } catch (error) {
        // Its port may not be free at once.
        if (tried === RENEWALS) throw error
        await sleep(RENEW_AFTER)
      }
    }
  }

  /** One that is gone already is removed. */
  async #remove(): Promise<void> {
    await control(`remove the proxy ${this.#name}`, async () => {
      try {
        await this.#made().remove()
      } catch (error) {
        if (!String(error).includes(NOT_FOUND)) throw error
      }
    })
  }

  async #addToxic(name: string, toxic: ToxicSpec): Promise<void> {
    const body = {
      name,
      type: toxic.type,
      stream: toxic.direction === 'up' ? ('upstream' as const) : ('downstream' as const),
      toxicity: 1,
      attributes: toxic.attributes,
    }
    await control(`add the toxic ${name}`, () => this.#made().addToxic(body))
  }

  #addresses(): { listen: string; upstream: string } {
    return { listen: `${LOOPBACK}:${this.port}`, upstream: this.#upstream }
  }

  #made(): ControlledProxy {
    if (this.#proxy === null) throw new Error('the proxy has not been made')
    return this.#proxy
  }
}
