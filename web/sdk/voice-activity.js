/**
 * Whether somebody speaks, from the level of every few milliseconds. Pure arithmetic.
 */
export class VoiceActivity {
  /** Decibels over the noise that make a voice, and a loud one. */
  static voice = 12
  static loud = 25
  /** So much of it makes a voice, seconds; of a loud one less. */
  static least = 0.035
  static leastLoud = 0.015
  /** Under this nothing is a voice, decibels of full scale. */
  static silence = -52
  /** A voice that pauses for longer has ended, seconds. */
  static pause = 0.5
  /** The noise may rise so fast, decibels a second. */
  static rise = 3

  constructor() {
    this.floor = -60
    /** For how long it has been over the noise, over it by far, and under it, seconds. */
    this.over = 0
    this.overByFar = 0
    this.quiet = 0
    this.isVoice = false
    /** Whether it sounds just now: its pauses left out. */
    this.isSounding = false
  }

  /**
   * @param {number} level of the next block, decibels of full scale
   * @param {number} seconds the block's length
   * @param {number} [margin] decibels more than usual that a voice needs to begin: an echo may be about
   * @returns {boolean} whether there is a voice
   */
  hear(level, seconds, margin = 0) {
    const above = level - Math.max(this.floor + margin, VoiceActivity.silence - VoiceActivity.voice)
    this.over = above > VoiceActivity.voice ? this.over + seconds : 0
    this.overByFar = above > VoiceActivity.loud ? this.overByFar + seconds : 0
    // Sums of milliseconds miss their total by a hair.
    this.isSounding = this.over > VoiceActivity.least - 0.001 || this.overByFar > VoiceActivity.leastLoud - 0.001
    if (this.isVoice) {
      this.quiet = above > VoiceActivity.voice - 4 ? 0 : this.quiet + seconds
      this.isVoice = this.quiet < VoiceActivity.pause
    } else {
      this.isVoice = this.isSounding
      this.quiet = 0
    }
    this.floor = Math.max(-90, Math.min(level, this.floor + VoiceActivity.rise * seconds))
    return this.isVoice
  }
}
