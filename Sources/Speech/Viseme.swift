/// The mouth's shapes while it speaks: the fifteen visemes of Oculus' OVRLipSync, in the order used everywhere.
///
/// `sil` is the mouth at rest; `init(symbol:)` knows which phones belong to which.
public enum Viseme: UInt8, CaseIterable, Sendable {
  case sil, PP, FF, TH, DD, kk, CH, SS, nn, RR, aa, E, ih, oh, ou

  /// The number of visemes.
  public static let count = 15

  /// The name used in tracks, avatars and on the command line.
  public var name: StaticString {
    switch self {
    case .sil: "sil"
    case .PP: "PP"
    case .FF: "FF"
    case .TH: "TH"
    case .DD: "DD"
    case .kk: "kk"
    case .CH: "CH"
    case .SS: "SS"
    case .nn: "nn"
    case .RR: "RR"
    case .aa: "aa"
    case .E: "E"
    case .ih: "ih"
    case .oh: "oh"
    case .ou: "ou"
    }
  }
}
