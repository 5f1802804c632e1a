//! Functions and actions that the real service has and this one has not, so that they are refused by their names.

/// Capitalised first segments that are no tables. Only those that clients of this size are seen to use; a name that is
/// not here is answered as any unknown segment is.
const NOT_MODELLED: [&str; 23] = [
    "AddAppComponents",
    "AddSolutionComponent",
    "BulkDelete",
    "CloneAsPatch",
    "CreateCustomerRelationships",
    "DeleteOptionValue",
    "ExecuteFetch",
    "ExportSolution",
    "GetDefaultPriceLevel",
    "ImportSolution",
    "InitializeFrom",
    "InsertOptionValue",
    "ManagedPropertyDefinitions",
    "PublishAllXml",
    "PublishXml",
    "RelationshipDefinitions",
    "RetrieveAllEntities",
    "RetrieveCurrentOrganization",
    "RetrieveDuplicates",
    "RetrieveEntity",
    "RetrieveMetadataChanges",
    "UpdateOptionValue",
    "WinOpportunity",
];

/// Whether it is one of them.
pub(crate) fn is_not_modelled(segment: &str) -> bool {
    NOT_MODELLED.contains(&segment)
}
