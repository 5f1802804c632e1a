//! Functions and actions of the real service that are refused by name, because they are not
//! modelled.

/// Operations that known clients use. Any other name is an unknown segment.
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
