import CVips

extension VipsPicture {
  /// What white is in this picture's own bands.
  var whiteValue: Double {
    switch image.pointee.Type {
    case VIPS_INTERPRETATION_CMYK: 0
    case VIPS_INTERPRETATION_RGB16, VIPS_INTERPRETATION_GREY16: 65535
    case VIPS_INTERPRETATION_scRGB: 1
    default: image.pointee.BandFmt == VIPS_FORMAT_USHORT ? 65535 : 255
    }
  }

  /// Colours as sRGB: through the embedded profile, without it (or if that is damaged) by what the file says they are.
  consuming func toSRGB() throws(PhotoError) -> VipsPicture {
    if cvips_has_profile(image) != 0 || image.pointee.Type == VIPS_INTERPRETATION_CMYK {
      if let converted = cvips_icc_to_srgb(image) { return try VipsPicture(converted) }
      vips_error_clear()
    }
    return try then(cvips_to_srgb)
  }

  /// Exactly three bands of 8 bits.
  consuming func toRGB() throws(PhotoError) -> VipsPicture {
    var picture = try then(cvips_to_bytes)
    if picture.bands > 3 { picture = try picture.then { cvips_bands($0, 0, 3) } }
    if picture.bands == 2 { picture = try picture.then { cvips_bands($0, 0, 1) } }
    if picture.bands == 1 { picture = try picture.then(cvips_grey_to_rgb) }
    return picture
  }
}
