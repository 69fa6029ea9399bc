/**
 * Who speaks, as a value: what is heard and told goes in with its time, the state comes out. Pure; seconds on any clock.
 *
 * @typedef {'idle' | 'listening' | 'thinking' | 'speaking'} AgentState
 */
export class AgentTurns {
  /** An agent that is quiet for longer has said its reply, seconds; where it tells of the end itself, `told`. */
  static pause = 0.8
  static told = 0.2
  /** What is left of an interrupted reply, or still on its way, ends with so much silence, seconds. */
  static rest = 0.3
  /** An answer that does not come is no longer waited for, seconds. */
  static patience = 12

  /** @type {AgentState} */ state = 'idle'
  /** Whether what still comes of an interrupted reply is dropped. */
  isMuted = false
  /** Whether that lasts until the agent tells of the reply's end, however it pauses. */
  #waitsForEnd = false
  /** How late the sound is heard, seconds. */
  delay = 0
  /**
   * When the reply's first sound came in.
   * @type {number | null}
   */
  #began = null
  #loudAt = -Infinity
  #thinkingSince = -Infinity
  #isToldEnd = false
  /** Whether a reply has been told of that has not ended: its sound may be on its way. */
  isReplying = false
  #interruptedAt = -Infinity
  #isUserSpeaking = false
  /** Whether the agent has begun while the user spoke, who may have been about to end. */
  #isOverlapping = false

  connect() {
    this.state = 'listening'
    this.isMuted = this.#waitsForEnd = this.isReplying = false
    this.#began = null
    this.#loudAt = -Infinity
  }

  disconnect() {
    this.state = 'idle'
    this.#began = null
  }

  /**
   * @param {boolean} isVoice
   * @param {number} now
   * @param {boolean} isSounding false in the voice's pauses
   * @returns {boolean} whether the user has begun to speak while the agent does, or goes on where the agent has begun; once
   */
  user(isVoice, now, isSounding = isVoice) {
    const began = isVoice && !this.#isUserSpeaking
    const ended = !isVoice && this.#isUserSpeaking
    this.#isUserSpeaking = isVoice
    if (this.state === 'idle') return false
    if (this.state === 'speaking') {
      const isBargeIn = began || (this.#isOverlapping && isSounding)
      if (isBargeIn || ended) this.#isOverlapping = false
      return isBargeIn
    }
    if (began) this.state = 'listening'
    if (ended && this.state === 'listening') this.think(now)
    return false
  }

  /**
   * The agent is at its answer.
   * @param {number} now
   */
  think(now) {
    if (this.state === 'idle' || this.state === 'speaking') return
    this.state = 'thinking'
    this.#thinkingSince = now
  }

  /** Another reply begins: it is not what was interrupted. */
  reply() {
    this.isMuted = this.#waitsForEnd = false
    this.#isToldEnd = false
    this.isReplying = true
    this.#began = null
  }

  /** There will be no answer. */
  giveUp() {
    this.isReplying = false
    if (this.state === 'thinking') this.state = 'listening'
  }

  /** The reply has been sent whole. */
  replyEnd() {
    this.#isToldEnd = true
    this.#waitsForEnd = this.isReplying = false
  }

  /**
   * @param {boolean} isLoud whether there is sound from the agent
   * @param {number} now
   */
  agent(isLoud, now) {
    if (this.state === 'idle') return
    if (isLoud) this.#loudAt = now
    const quiet = now - this.#loudAt
    if (this.isMuted) {
      if (Math.min(quiet, now - this.#interruptedAt) > AgentTurns.rest && !this.#waitsForEnd) this.isMuted = false
      return
    }
    if (isLoud && this.state !== 'speaking') {
      this.state = 'speaking'
      this.#began = now
      this.#isToldEnd = false
      this.#isOverlapping = this.#isUserSpeaking
    } else if (isLoud && this.#began === null) {
      // Told of after its sound had begun, or while the last one still sounds.
      this.#began = now
    } else if (this.state === 'speaking' && quiet > (this.#isToldEnd ? AgentTurns.told : AgentTurns.pause) + this.delay) {
      this.state = 'listening'
      this.#began = null
      this.isReplying = false
    } else if (this.state === 'thinking' && now - this.#thinkingSince > AgentTurns.patience) {
      this.state = 'listening'
    }
  }

  /**
   * How much of the reply has been heard, seconds.
   * @param {number} now
   */
  position(now) {
    return this.#began === null ? 0 : Math.max(0, Math.min(now - this.delay, this.#loudAt) - this.#began)
  }

  /**
   * What is left of the reply is dropped, also where none of it has sounded yet; one that is still thought of is no longer
   * waited for.
   * @param {number} now
   * @returns {number} seconds of it that were heard
   */
  interrupt(now) {
    const position = this.position(now)
    this.isMuted ||= this.state === 'speaking' || this.isReplying
    this.isReplying = false
    this.#interruptedAt = now
    if (this.state !== 'idle') this.state = 'listening'
    this.#began = null
    return position
  }

  /** The agent will tell when it has come to the end of what was interrupted. */
  waitForEnd() { this.#waitsForEnd = this.isMuted }
}
