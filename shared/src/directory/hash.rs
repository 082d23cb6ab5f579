//! A fast hash that tells texts and chunks apart; not a secret one.

const MIX: [u64; 2] = [0x9e37_79b9_7f4a_7c15, 0xc2b2_ae3d_27d4_eb4f];

/// Hashes bytes, in four lanes of eight.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    let step = |lane: u64, word: [u8; 8]| {
        let mixed = lane ^ u64::from_le_bytes(word).wrapping_mul(MIX[0]);
        mixed.rotate_left(29).wrapping_mul(MIX[1])
    };
    let mut lanes = [1u64, 2, 3, 4];
    let (blocks, rest) = bytes.as_chunks::<32>();
    for block in blocks {
        let (words, _) = block.as_chunks::<8>();
        for (lane, word) in lanes.iter_mut().zip(words) {
            *lane = step(*lane, *word);
        }
    }
    let (words, rest) = rest.as_chunks::<8>();
    let mut sum = bytes.len() as u64;
    for lane in lanes {
        sum = step(sum, lane.to_le_bytes());
    }
    for word in words {
        sum = step(sum, *word);
    }
    for byte in rest {
        sum = step(sum, u64::from(*byte).to_le_bytes());
    }
    sum ^ sum >> 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_bit_changes_the_hash() {
        let bytes: Vec<u8> = (0..77).collect();
        for bit in 0..bytes.len() * 8 {
            let mut other = bytes.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(hash(&bytes), hash(&other), "{bit}");
        }
        assert_ne!(hash(&[0; 8]), hash(&[0; 9]));
    }
}
