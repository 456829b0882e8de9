/** What messages are made of, the most frequent first. */
export const WORDS =
  `the your to is and of in for you we on with at our has been will order parcel delivery account
  please today tomorrow thank hello dear customer code payment invoice confirm appointment reminder booking ticket
  support team message call number address link reply help service now new available ready shipped arrived delayed
  between ten twelve morning afternoon evening monday tuesday wednesday thursday friday saturday sunday january february
  march april june july august september october november december office store pickup refund return exchange warranty
  repair technician visit window schedule reschedule cancel change update password login security alert device location
  city street station airport flight gate boarding passport hotel room reservation dinner table restaurant menu coffee
  doctor clinic dentist pharmacy prescription results laboratory insurance policy claim premium bank transfer balance
  deposit withdrawal limit card expires renewed subscription trial offer discount voucher coupon points bonus member
  birthday anniversary gift wrapping catalogue sample survey feedback rating review question answer agent conversation
  escalated resolved pending approved rejected signature document contract attachment photograph original duplicate
  warehouse courier tracking customs clearance dispatch container harbour bicycle umbrella lantern violin orchestra
  zebrafinch marmalade telescope quicksilver labyrinth`.split(/\s+/);
