/** One postcode as any of the sources gives it. */
export type Row = {
  /** As published, perhaps with spaces: 'SG8 8BE', 'SG8  8BE' or 'SG88BE'. */
  postcode: string;
  /** ONS code of the district, or '' where the postcode belongs to no place. */
  council: string;
  isScottish: boolean;
  /** The police force area by the source itself, if it gives one. */
  area?: string;
  /** In metres on the British National Grid; absent where the source does not know the place to within a street. */
  east?: number;
  north?: number;
  isRetired?: boolean;
};
