/// What tells programs that a film is synthetic: a comment among the container's tags, and in ISO base media files an XMP
/// packet with the IPTC digital source type (IPTC Photo Metadata Standard 2023.1; asked for by Regulation (EU) 2024/1689,
/// article 50).
public enum SyntheticMark {
  public static var sourceType: String { "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia" }

  /// The tag's sentence.
  public static var comment: String { "Synthetic media, made with Flexatar. Digital source type: " + sourceType }

  /// The packet as a top-level `uuid` box (XMP Specification Part 3, 2.2.2).
  public static var box: [UInt8] {
    let content = [UInt8](packet.utf8)
    var box = BigEndianWriter()
    box.put32(24 + content.count)
    box.put(text: "uuid")
    box.put([0xBE, 0x7A, 0xCF, 0xCB, 0x97, 0xA9, 0x42, 0xE8, 0x9C, 0x71, 0x99, 0x94, 0x91, 0xE3, 0xAF, 0xAC])
    box.put(content)
    return box.bytes
  }

  /// The XMP packet.
  public static var packet: String {
    """
    <?xpacket begin="\u{FEFF}" id="W5M0MpCehiHzreSzNTczkc9d"?>
    <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" \
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">
    <xmp:CreatorTool>Flexatar</xmp:CreatorTool>
    <Iptc4xmpExt:DigitalSourceType>
    """ + sourceType + """
      </Iptc4xmpExt:DigitalSourceType>
      </rdf:Description></rdf:RDF></x:xmpmeta>
      <?xpacket end="r"?>
      """
  }
}
