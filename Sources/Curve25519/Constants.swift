/// Constants of RFC 9496 (4.1) and RFC 8032 (5.1), little-endian words.
enum Constants {
  /// d = −121665 / 121666 of the curve −x² + y² = 1 + d x² y².
  static let d = FieldElement(words: (0x75eb4dca_135978a3, 0x00700a4d_4141d8ab, 0x8cc74079_7779e898, 0x52036cee_2b6ffe73))
  /// 2 d.
  static let twiceD = FieldElement(words: (0xebd69b94_26b2f159, 0x00e0149a_8283b156, 0x198e80f2_eef3d130, 0x2406d9dc_56dffce7))
  /// i = SQRT_M1, a square root of −1.
  static let squareRootOfMinusOne = FieldElement(
    words: (0xc4ee1b27_4a0ea0b0, 0x2f431806_ad2fe478, 0x2b4d0099_3dfbd7a7, 0x2b832480_4fc1df0b))
  /// SQRT_AD_MINUS_ONE, a square root of a d − 1.
  static let squareRootOfADMinusOne = FieldElement(
    words: (0x7e97f6a0_497b2e1b, 0xaf9d8e0c_1b7854bd, 0x0f3cfcc9_31f5d1fd, 0x376931bf_2b8348ac))
  /// INVSQRT_A_MINUS_D, one over a square root of a − d.
  static let inverseSquareRootOfAMinusD = FieldElement(
    words: (0x99c8fdaa_805d40ea, 0x9d2f1617_5a4172be, 0x16c27b91_fe01d840, 0x786c8905_cfaffca2))
  /// ONE_MINUS_D_SQ, 1 − d².
  static let oneMinusDSquared = FieldElement(
    words: (0xe27c09c1_945fc176, 0x2c81a138_cd5e350f, 0x9994abdd_be70dfe4, 0x029072a8_b2b3e0d7))
  /// D_MINUS_ONE_SQ, (d − 1)².
  static let dMinusOneSquared = FieldElement(
    words: (0x31ad5aaa_44ed4d20, 0xd29e4a2c_b01e1999, 0x4cdcd32f_529b4eeb, 0x5968b37a_f66c2241))
  /// The generator's coordinates: y = 4/5, x even, and their product.
  static let generatorX = FieldElement(words: (0xc9562d60_8f25d51a, 0x692cc760_9525a7b2, 0xc0a4e231_fdd6dc5c, 0x216936d3_cd6e53fe))
  static let generatorY = FieldElement(words: (0x66666666_66666658, 0x66666666_66666666, 0x66666666_66666666, 0x66666666_66666666))
  static let generatorT = FieldElement(words: (0x6dde8ab3_a5b7dda3, 0x20f09f80_775152f5, 0x66ea4e8e_64abe37d, 0x67875f0f_d78b7665))
  /// The y coordinate of two of the four points of order 8; the other two have its opposite.
  static let orderEightY = FieldElement(words: (0xb027b2c2_8f95e826, 0xf098eff2_89f4c345, 0x3933c6d3_05acdfd5, 0x05fc536d_880238b1))
}
