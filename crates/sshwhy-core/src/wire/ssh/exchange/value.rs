//! Public values that every implementation must take for well-formed, and that nobody holds a private key of.
//!
//! Must never be used for an exchange whose secret matters.

/// X25519: the base point, u = 9 (RFC 7748 section 4.1).
pub(super) fn x25519() -> Vec<u8> {
    let mut point = vec![0; 32];
    if let Some(first) = point.first_mut() {
        *first = 9;
    }
    point
}

/// An e for a finite-field exchange with a modulus of so many bytes: 1 < e < p - 1.
///
/// It is the square of 2^k - 1: a square lies in the subgroup that OpenSSL 3 checks for, and this one has k bits set in its
/// binary form, where OpenSSH's `dh_pub_is_valid` wants four at least. In binary: k - 1 ones, k zeros, a one.
pub(super) fn square_below(modulus_bytes: usize) -> Vec<u8> {
    let half = modulus_bytes.saturating_sub(1) / 2;
    if half == 0 {
        // No usable modulus is so small. Two is the least value that is allowed at all.
        return vec![2];
    }
    let mut value = vec![0xff; half - 1];
    value.push(0xfe);
    value.resize(2 * half - 1, 0);
    value.push(1);
    value
}

/// The generator of NIST P-256, uncompressed (SEC 2 section 2.4.2).
pub(super) fn nistp256() -> Vec<u8> {
    const X: &str = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
    const Y: &str = "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
    uncompressed(X, Y)
}

/// The generator of NIST P-384, uncompressed (SEC 2 section 2.5.1).
pub(super) fn nistp384() -> Vec<u8> {
    const X: &str = "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b98\
                     59f741e082542a385502f25dbf55296c3a545e3872760ab7";
    const Y: &str = "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147c\
                     e9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f";
    uncompressed(X, Y)
}

/// The generator of NIST P-521, uncompressed (SEC 2 section 2.6.1).
pub(super) fn nistp521() -> Vec<u8> {
    const X: &str = "00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521\
                     f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348\
                     b3c1856a429bf97e7e31c2e5bd66";
    const Y: &str = "011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b4468\
                     17afbd17273e662c97ee72995ef42640c550b9013fad0761353c\
                     7086a272c24088be94769fd16650";
    uncompressed(X, Y)
}

/// A key of sntrup761 and the X25519 base point. Every encoding of 1158 bytes decodes to a polynomial; this one is the
/// polynomial whose coefficients are all at the lower end of their range.
pub(super) fn sntrup761_x25519() -> Vec<u8> {
    [vec![0; 1158], x25519()].concat()
}

/// A key of ML-KEM-768 and the X25519 base point. FIPS 203 section 7.2 checks that all 768 coefficients of 12 bits are below
/// 3329: all are 1 here. The 32 bytes of the seed after them are free.
pub(super) fn mlkem768_x25519() -> Vec<u8> {
    let coefficients = [1, 0x10, 0].repeat(384);
    [coefficients, vec![1; 32], x25519()].concat()
}

fn uncompressed(x: &str, y: &str) -> Vec<u8> {
    let digits: Vec<u8> =
        [x, y].concat().chars().filter_map(|c| c.to_digit(16)).map(|digit| digit as u8).collect();
    let mut point = vec![4];
    point.extend(
        digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)),
    );
    point
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::mlkem768_x25519;
    use super::square_below;

    #[test]
    fn the_square_of_255() {
        assert_eq!(square_below(3), [0xfe, 0x01]);
        assert_eq!(square_below(4), [0xfe, 0x01]);
        assert_eq!(square_below(5), [0xff, 0xfe, 0, 1]);
    }

    #[test]
    fn all_coefficients_of_mlkem_are_below_3329() {
        let key = mlkem768_x25519();
        for triple in key.get(..1152).unwrap_or_default().chunks_exact(3) {
            let &[low, middle, high] = triple else { panic!("chunks of three") };
            let first = u16::from(low) | u16::from(middle & 0x0f) << 8;
            let second = u16::from(middle >> 4) | u16::from(high) << 4;
            assert_eq!((first, second), (1, 1));
        }
        assert_eq!(key.len(), 1184 + 32);
    }

    proptest! {
        #[test]
        fn squares_are_shorter_than_the_modulus_and_more_than_one(modulus_bytes in 0usize..5000) {
            let value = square_below(modulus_bytes);
            prop_assert!(value.len() < modulus_bytes.max(2));
            prop_assert!(value != [1]);
        }
    }
}
