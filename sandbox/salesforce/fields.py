"""Which fields does each object have, by type?

The standard objects of the Object Reference, plus the custom fields (`__c`) of our integration: the shared
keys that other systems quote, and what other systems own and the CRM only shows.
"""

AUDITED = {
    "id": "Id",
    "boolean": "IsDeleted",
    "datetime": "CreatedDate LastModifiedDate SystemModstamp",
    "reference": "CreatedById LastModifiedById",
}
VIEWED = {"datetime": "LastViewedDate LastReferencedDate"}


def _place(kind: str) -> dict[str, str]:
    """A compound address and its parts."""
    text = "Street City State PostalCode Country GeocodeAccuracy"
    return {
        "string": " ".join(kind + part for part in text.split()),
        "double": f"{kind}Latitude {kind}Longitude",
        "address": f"{kind}Address",
    }


# Each object: sets of fields, every set by type.
FIELDS: dict[str, tuple[dict[str, str], ...]] = {
    "Account": (
        AUDITED,
        {
            "string": "Name Type Phone Fax Website PhotoUrl Industry Description Jigsaw JigsawCompanyId "
            "AccountSource SicDesc CurrencyIsoCode Global_Customer_Id__c Legal_Entity__c Tax_Id__c "
            "Support_Tier__c Subscription_Status__c Segment__c Payment_Terms__c Risk_Reason__c",
            "reference": "MasterRecordId ParentId OwnerId",
            "boolean": "IsCustomerPortal Risk_Flag__c Credit_Hold__c",
            "datetime": "Risk_Since__c",
            "currency": "AnnualRevenue",
            "int": "NumberOfEmployees",
            "date": "LastActivityDate Entitlement_Until__c",
        },
        _place("Billing"),
        _place("Shipping"),
        VIEWED,
    ),
    "Contact": (
        AUDITED,
        {
            "string": "LastName FirstName Salutation Name Phone Fax MobilePhone HomePhone OtherPhone "
            "AssistantPhone Email Title Department AssistantName LeadSource Description EmailBouncedReason "
            "PhotoUrl Jigsaw JigsawContactId Global_Individual_Id__c Role__c",
            "reference": "MasterRecordId AccountId ReportsToId OwnerId IndividualId",
            "boolean": "HasOptedOutOfEmail HasOptedOutOfFax DoNotCall CanAllowPortalSelfReg IsEmailBounced",
            "date": "Birthdate LastActivityDate",
            "datetime": "LastCURequestDate LastCUUpdateDate EmailBouncedDate",
        },
        _place("Mailing"),
        _place("Other"),
        VIEWED,
    ),
    "Opportunity": (
        AUDITED,
        {
            "string": "Name Description StageName Type NextStep LeadSource ForecastCategory "
            "ForecastCategoryName Fiscal CurrencyIsoCode Order_Number__c Order_Status__c",
            "reference": "AccountId ContractId CampaignId Pricebook2Id OwnerId",
            "boolean": "IsClosed IsWon HasOpportunityLineItem HasOpenActivity HasOverdueTask",
            "currency": "Amount",
            "percent": "Probability",
            "date": "CloseDate LastActivityDate",
            "int": "FiscalQuarter FiscalYear",
        },
        VIEWED,
    ),
    "OpportunityLineItem": (
        AUDITED,
        {
            "string": "ProductCode Name Description CurrencyIsoCode",
            "reference": "OpportunityId PricebookEntryId Product2Id",
            "int": "SortOrder",
            "double": "Quantity",
            "currency": "TotalPrice UnitPrice ListPrice",
            "date": "ServiceDate",
        },
    ),
    "Contract": (
        AUDITED,
        {
            "string": "ContractNumber Status StatusCode OwnerExpirationNotice CustomerSignedTitle "
            "SpecialTerms Description CurrencyIsoCode Legal_Entity__c",
            "reference": "AccountId OwnerId Pricebook2Id CompanySignedId CustomerSignedId ActivatedById",
            "int": "ContractTerm",
            "date": "StartDate EndDate CompanySignedDate CustomerSignedDate LastActivityDate",
            "datetime": "ActivatedDate LastApprovedDate",
        },
        _place("Billing"),
        _place("Shipping"),
        VIEWED,
    ),
    "Task": (
        AUDITED,
        {
            "string": "Subject Status Priority Description TaskSubtype CurrencyIsoCode Tieline_Key__c",
            "reference": "WhoId WhatId AccountId OwnerId",
            "boolean": "IsClosed IsHighPriority IsArchived IsReminderSet",
            "date": "ActivityDate",
            "datetime": "CompletedDateTime ReminderDateTime",
        },
    ),
    "Product2": (
        AUDITED,
        {
            "string": "Name ProductCode Description Family ExternalId DisplayUrl QuantityUnitOfMeasure "
            "StockKeepingUnit Global_Product_Id__c",
            "boolean": "IsActive IsArchived",
            "reference": "ExternalDataSourceId",
        },
        VIEWED,
    ),
    "Pricebook2": (
        AUDITED,
        {"string": "Name Description", "boolean": "IsActive IsArchived IsStandard"},
        VIEWED,
    ),
    "PricebookEntry": (
        AUDITED,
        {
            "string": "Name ProductCode CurrencyIsoCode",
            "reference": "Pricebook2Id Product2Id",
            "currency": "UnitPrice",
            "boolean": "IsActive UseStandardPrice",
        },
    ),
    "User": (
        {name: names for name, names in AUDITED.items() if name != "boolean"},
        {
            "string": "Username LastName FirstName Name Email Alias CommunityNickname Title Department Phone "
            "TimeZoneSidKey LocaleSidKey LanguageLocaleKey EmailEncodingKey UserType FederationIdentifier",
            "boolean": "IsActive",
            "reference": "ManagerId",
        },
    ),
    "Organization": (
        {name: names for name, names in AUDITED.items() if name != "boolean"},
        {
            "string": "Name Street City State PostalCode Country Phone PrimaryContact OrganizationType "
            "InstanceName NamespacePrefix DefaultLocaleSidKey LanguageLocaleKey TimeZoneSidKey",
            "boolean": "IsSandbox IsReadOnly",
        },
    ),
}

EXTERNAL_IDS = {
    ("Account", "Global_Customer_Id__c"),
    ("Contact", "Global_Individual_Id__c"),
    ("Product2", "Global_Product_Id__c"),
    ("Task", "Tieline_Key__c"),
}
