;; Token vectors turned by a Walsh–Hadamard transform and cut into steps of four bits; see tokens.ts.
(module
  (memory (export "memory") 1)
  (func (export "pack")
    (param $states i32)      ;; address of tokens × dimensions 32-bit floats, which are overwritten
    (param $signs i32)       ;; address of dimensions 32-bit floats that each vector is multiplied by first
    (param $tokens i32)      ;; how many, at least 1
    (param $dimensions i32)  ;; a multiple of 32
    (param $size i32)        ;; numbers transformed together: a power of two, at least 4, that divides dimensions
    (param $scale f32)
    (param $out i32)         ;; address of tokens × dimensions ÷ 2 bytes
    (local $i i32) (local $end i32) (local $sign i32) (local $half i32) (local $j i32) (local $stop i32)
    (local $low v128) (local $high v128)
    (local.set $size (i32.shl (local.get $size) (i32.const 2)))
    (loop $vectors
      (local.set $end (i32.add (local.get $states) (i32.shl (local.get $dimensions) (i32.const 2))))
      ;; The two steps inside four neighbours.
      (local.set $i (local.get $states))
      (local.set $sign (local.get $signs))
      (loop $fours
        (local.set $low (f32x4.mul (v128.load (local.get $i)) (v128.load (local.get $sign))))
        (local.set $low
          (f32x4.add
            (i8x16.shuffle 4 5 6 7 0 1 2 3 12 13 14 15 8 9 10 11 (local.get $low) (local.get $low))
            (f32x4.mul (local.get $low) (v128.const f32x4 1 -1 1 -1))))
        (local.set $low
          (f32x4.add
            (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $low) (local.get $low))
            (f32x4.mul (local.get $low) (v128.const f32x4 1 1 -1 -1))))
        (v128.store (local.get $i) (local.get $low))
        (local.set $sign (i32.add (local.get $sign) (i32.const 16)))
        (br_if $fours (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 16))) (local.get $end))))
      ;; The others, four numbers at a time. Distances are in bytes.
      (local.set $half (i32.const 16))
      (block $mixed
        (loop $halves
          (br_if $mixed (i32.ge_u (local.get $half) (local.get $size)))
          (local.set $i (local.get $states))
          (loop $pairs
            (local.set $j (local.get $i))
            (local.set $stop (i32.add (local.get $i) (local.get $half)))
            (loop $neighbours
              (local.set $low (v128.load (local.get $j)))
              (local.set $high (v128.load (i32.add (local.get $j) (local.get $half))))
              (v128.store (local.get $j) (f32x4.add (local.get $low) (local.get $high)))
              (v128.store (i32.add (local.get $j) (local.get $half)) (f32x4.sub (local.get $low) (local.get $high)))
              (br_if $neighbours
                (i32.lt_u (local.tee $j (i32.add (local.get $j) (i32.const 16))) (local.get $stop))))
            (br_if $pairs
              (i32.lt_u
                (local.tee $i (i32.add (local.get $i) (i32.shl (local.get $half) (i32.const 1))))
                (local.get $end))))
          (local.set $half (i32.shl (local.get $half) (i32.const 1)))
          (br $halves)))
      ;; Thirty-two numbers make sixteen bytes.
      (loop $blocks
        (v128.store (local.get $out)
          (v128.or
            (call $steps (local.get $states) (local.get $scale))
            (i8x16.shl (call $steps (i32.add (local.get $states) (i32.const 64)) (local.get $scale)) (i32.const 4))))
        (local.set $out (i32.add (local.get $out) (i32.const 16)))
        (br_if $blocks
          (i32.lt_u (local.tee $states (i32.add (local.get $states) (i32.const 128))) (local.get $end))))
      (br_if $vectors (local.tee $tokens (i32.sub (local.get $tokens) (i32.const 1))))))
  ;; Sixteen numbers as sixteen steps of 1 … 15 in a byte each.
  (func $steps (param $at i32) (param $scale f32) (result v128)
    (i8x16.narrow_i16x8_u
      (i16x8.narrow_i32x4_u
        (call $four (v128.load (local.get $at)) (local.get $scale))
        (call $four (v128.load offset=16 (local.get $at)) (local.get $scale)))
      (i16x8.narrow_i32x4_u
        (call $four (v128.load offset=32 (local.get $at)) (local.get $scale))
        (call $four (v128.load offset=48 (local.get $at)) (local.get $scale)))))
  (func $four (param $numbers v128) (param $scale f32) (result v128)
    (i32x4.trunc_sat_f32x4_u
      (f32x4.min (f32x4.splat (f32.const 15.5))
        (f32x4.max (f32x4.splat (f32.const 1))
          (f32x4.add
            (f32x4.mul (local.get $numbers) (f32x4.splat (local.get $scale)))
            (f32x4.splat (f32.const 8.5))))))))
