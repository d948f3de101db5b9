;; Token vectors: unpacked from four bits a component, and all dot products of a question's token vectors with a passage's, eight components at a time.
;; Question components are 16-bit, passage components 8-bit integers; sums are exact in 32 bits.
(module
  (memory (export "memory") 1)
  (func (export "unpack")
    (param $packed i32)          ;; address of bytes, each with a component in its low and one in its high bits, 8 added
    (param $bytes i32)           ;; how many, a multiple of 16
    (param $out i32)             ;; address of twice as many 8-bit integers: of each 16 bytes the low halves, then the high
    (local $chunk v128) (local $end i32)
    (local.set $end (i32.add (local.get $packed) (local.get $bytes)))
    (loop $chunks
      (local.set $chunk (v128.load (local.get $packed)))
      (v128.store (local.get $out)
        (i8x16.sub
          (v128.and (local.get $chunk) (i8x16.splat (i32.const 15)))
          (i8x16.splat (i32.const 8))))
      (v128.store offset=16 (local.get $out)
        (i8x16.sub
          (i8x16.shr_u (local.get $chunk) (i32.const 4))
          (i8x16.splat (i32.const 8))))
      (local.set $out (i32.add (local.get $out) (i32.const 32)))
      (local.set $packed (i32.add (local.get $packed) (i32.const 16)))
      (br_if $chunks (i32.lt_u (local.get $packed) (local.get $end)))))
  (func (export "dots")
    (param $question i32)        ;; address of question tokens × dimensions 16-bit integers
    (param $questionTokens i32)  ;; a multiple of 4: four at a time share what is read and widened of the passage
    (param $passage i32)         ;; address of passage tokens × dimensions 8-bit integers
    (param $passageTokens i32)
    (param $dimensions i32)      ;; a multiple of 16
    (param $factor f32)          ;; what each product is multiplied by
    (param $out i32)             ;; address of question tokens × passage tokens 32-bit floating point numbers, row by row
    (local $q i32) (local $t i32) (local $i i32)
    (local $row i32) (local $stride i32) (local $at0 i32) (local $at1 i32) (local $at2 i32) (local $at3 i32)
    (local $passageAt i32)
    (local $sum0 v128) (local $sum1 v128) (local $sum2 v128) (local $sum3 v128)
    (local $bytes v128) (local $low v128) (local $high v128)
    (local.set $row (i32.shl (local.get $passageTokens) (i32.const 2)))
    (local.set $stride (i32.shl (local.get $dimensions) (i32.const 1)))
    (loop $questions
      (local.set $t (i32.const 0))
      (local.set $passageAt (local.get $passage))
      (loop $tokens
        (local.set $at0 (i32.add (local.get $question) (i32.mul (local.get $q) (local.get $stride))))
        (local.set $at1 (i32.add (local.get $at0) (local.get $stride)))
        (local.set $at2 (i32.add (local.get $at1) (local.get $stride)))
        (local.set $at3 (i32.add (local.get $at2) (local.get $stride)))
        (local.set $sum0 (v128.const i32x4 0 0 0 0))
        (local.set $sum1 (v128.const i32x4 0 0 0 0))
        (local.set $sum2 (v128.const i32x4 0 0 0 0))
        (local.set $sum3 (v128.const i32x4 0 0 0 0))
        (local.set $i (local.get $dimensions))
        (loop $components
          (local.set $bytes (v128.load (local.get $passageAt)))
          (local.set $low (i16x8.extend_low_i8x16_s (local.get $bytes)))
          (local.set $high (i16x8.extend_high_i8x16_s (local.get $bytes)))
          (local.set $sum0
            (i32x4.add (local.get $sum0)
              (i32x4.add
                (i32x4.dot_i16x8_s (v128.load (local.get $at0)) (local.get $low))
                (i32x4.dot_i16x8_s (v128.load offset=16 (local.get $at0)) (local.get $high)))))
          (local.set $at0 (i32.add (local.get $at0) (i32.const 32)))
          (local.set $sum1
            (i32x4.add (local.get $sum1)
              (i32x4.add
                (i32x4.dot_i16x8_s (v128.load (local.get $at1)) (local.get $low))
                (i32x4.dot_i16x8_s (v128.load offset=16 (local.get $at1)) (local.get $high)))))
          (local.set $at1 (i32.add (local.get $at1) (i32.const 32)))
          (local.set $sum2
            (i32x4.add (local.get $sum2)
              (i32x4.add
                (i32x4.dot_i16x8_s (v128.load (local.get $at2)) (local.get $low))
                (i32x4.dot_i16x8_s (v128.load offset=16 (local.get $at2)) (local.get $high)))))
          (local.set $at2 (i32.add (local.get $at2) (i32.const 32)))
          (local.set $sum3
            (i32x4.add (local.get $sum3)
              (i32x4.add
                (i32x4.dot_i16x8_s (v128.load (local.get $at3)) (local.get $low))
                (i32x4.dot_i16x8_s (v128.load offset=16 (local.get $at3)) (local.get $high)))))
          (local.set $at3 (i32.add (local.get $at3) (i32.const 32)))
          (local.set $passageAt (i32.add (local.get $passageAt) (i32.const 16)))
          (br_if $components
            (local.tee $i (i32.sub (local.get $i) (i32.const 16)))))
        (local.set $i (local.get $out))
        (f32.store (local.get $i)
          (f32.mul (local.get $factor)
            (f32.convert_i32_s
              (i32.add
                (i32.add (i32x4.extract_lane 0 (local.get $sum0)) (i32x4.extract_lane 1 (local.get $sum0)))
                (i32.add (i32x4.extract_lane 2 (local.get $sum0)) (i32x4.extract_lane 3 (local.get $sum0)))))))
        (local.set $i (i32.add (local.get $i) (local.get $row)))
        (f32.store (local.get $i)
          (f32.mul (local.get $factor)
            (f32.convert_i32_s
              (i32.add
                (i32.add (i32x4.extract_lane 0 (local.get $sum1)) (i32x4.extract_lane 1 (local.get $sum1)))
                (i32.add (i32x4.extract_lane 2 (local.get $sum1)) (i32x4.extract_lane 3 (local.get $sum1)))))))
        (local.set $i (i32.add (local.get $i) (local.get $row)))
        (f32.store (local.get $i)
          (f32.mul (local.get $factor)
            (f32.convert_i32_s
              (i32.add
                (i32.add (i32x4.extract_lane 0 (local.get $sum2)) (i32x4.extract_lane 1 (local.get $sum2)))
                (i32.add (i32x4.extract_lane 2 (local.get $sum2)) (i32x4.extract_lane 3 (local.get $sum2)))))))
        (local.set $i (i32.add (local.get $i) (local.get $row)))
        (f32.store (local.get $i)
          (f32.mul (local.get $factor)
            (f32.convert_i32_s
              (i32.add
                (i32.add (i32x4.extract_lane 0 (local.get $sum3)) (i32x4.extract_lane 1 (local.get $sum3)))
                (i32.add (i32x4.extract_lane 2 (local.get $sum3)) (i32x4.extract_lane 3 (local.get $sum3)))))))
        (local.set $out (i32.add (local.get $out) (i32.const 4)))
        (local.set $t (i32.add (local.get $t) (i32.const 1)))
        (br_if $tokens (i32.lt_u (local.get $t) (local.get $passageTokens))))
      ;; Of the four rows one is behind us.
      (local.set $out (i32.add (local.get $out) (i32.mul (local.get $row) (i32.const 3))))
      (local.set $q (i32.add (local.get $q) (i32.const 4)))
      (br_if $questions (i32.lt_u (local.get $q) (local.get $questionTokens))))))
