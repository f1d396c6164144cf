import COpenSSL
import Curve25519

/// AES-128 in counter mode by OpenSSL, which seals nothing by itself: for others' key files, beside their check of what they hold.
public enum AES128CTR {
  /// Encrypts and decrypts alike.
  ///
  /// - Precondition: key and initial counter have 16 bytes each.
  public static func apply(_ bytes: [UInt8], key: [UInt8], counter: [UInt8]) -> [UInt8] {
    precondition(key.count == 16 && counter.count == 16, "16 bytes each")
    guard let context = EVP_CIPHER_CTX_new() else { preconditionFailure("OpenSSL gives no cipher context") }
    defer { EVP_CIPHER_CTX_free(context) }
    var output = [UInt8](repeating: 0, count: bytes.count)
    var count: Int32 = 0
    precondition(
      EVP_CipherInit_ex(context, EVP_aes_128_ctr(), nil, key, counter, 1) == 1
        && EVP_CipherUpdate(context, &output, &count, bytes, Int32(bytes.count)) == 1 && Int(count) == bytes.count,
      "OpenSSL failed at AES-128-CTR")
    return output
  }
}
