//! The acceptance facts of the four platforms, each through the API of a real daemon: what is given is made by verbs; the
//! reply, the rule that refuses, and what the journal holds afterwards are looked at, with the near case where the
//! opposite holds. Each is reached by the command line as well:
//!
//! | Fact | Test | Command |
//! |---|---|---|
//! | 1 | `fact_01_an_admin_invites_and_a_pending_user_exists` | `rollcall user invite` |
//! | 2 | `fact_02_without_a_free_seat_the_user_limit_is_reached_and_both_ways_out_are_named` | `rollcall user invite` |
//! | 3 | `fact_03_users_in_the_dashboard_are_for_admin_and_owner` | `rollcall can` |
//! | 3 | `fact_03_a_member_who_is_no_admin_lists_no_users` | `rollcall user list` |
//! | 4 | `fact_04_who_is_suspended_cannot_sign_in_at_once_and_their_documents_stay` | `rollcall session open` |
//! | 5 | `fact_05_deactivating_frees_one_seat` | `rollcall user deactivate` |
//! | 6 | `fact_06_bulk_transfer_gives_the_active_envelopes_to_the_colleague` | `rollcall handover start` |
//! | 6 | `fact_06_below_enterprise_there_is_no_bulk_transfer` | `rollcall user deactivate` |
//! | 7 | `fact_07_a_locked_identity_is_changed_by_an_admin_and_not_by_its_member` | `rollcall user edit` |
//! | 8 | `fact_08_nobody_is_deleted_deactivation_is_proposed_instead` | `rollcall user delete` |
//! | 9 | `fact_09_the_owners_role_is_not_edited_it_is_transferred` | `rollcall user role` |
//! | 10 | `fact_10_no_second_owner_by_edit_role` | `rollcall user role` |
//! | 11 | `fact_11_an_admin_changes_no_billing_and_deletes_no_tenant` | `rollcall can` |
//! | 11 | `fact_11_what_a_tenant_has_bought_is_changed_by_its_owner` | `rollcall tenant set` |
//! | 12 | `fact_12_a_private_document_opens_through_a_signing_group_only` | `rollcall can` |
//! | 13 | `fact_13_a_viewer_reads_every_document_and_its_trail_and_changes_none` | `rollcall can` |
//! | 14 | `fact_14_a_viewer_starts_nothing_and_is_told_who_may` | `rollcall can` |
//! | 15 | `fact_15_a_raised_user_has_admin_rights_at_the_next_request_and_a_stale_screen` | `rollcall session check` |
//! | 16 | `fact_16_who_left_is_refused_in_old_sessions_too_and_their_past_stays_readable` | `rollcall session check` |
//! | 17 | `fact_17_each_permission_has_twelve_holders_less_its_dashes_108_in_all` | `rollcall role list` |
//! | 18 | `fact_18_organization_billing_opens_billing_and_no_signature_request` | `rollcall can` |
//! | 19 | `fact_19_an_operator_creates_requests_and_only_reads_templates` | `rollcall can` |
//! | 20 | `fact_20_a_manager_has_webhooks_and_neither_keys_nor_members` | `rollcall can` |
//! | 20 | `fact_20_a_manager_invites_no_member_of_the_application_and_its_admin_does` | `rollcall user invite` |
//! | 21 | `fact_21_restricted_proofs_are_for_readers_and_shared_ones_for_the_invited_too` | `rollcall can` |
//! | 22 | `fact_22_only_the_signer_executes_a_signature_session` | `rollcall can` |
//! | 23 | `fact_23_an_organization_admin_archives_the_organization` | `rollcall scope set` |
//! | 24 | `fact_24_an_organization_user_reads_basic_data_and_changes_none` | `rollcall can` |
//! | 24 | `fact_24_an_organization_user_is_refused_the_change_that_its_admin_makes` | `rollcall scope set` |
//! | 25 | `fact_25_an_invitation_is_pending_until_it_is_answered_and_never_again` | `rollcall user accept` |
//! | 26 | `fact_26_a_fresh_account_has_its_three_default_roles` | `rollcall role list` |
//! | 27 | `fact_27_default_roles_are_neither_edited_nor_deleted` | `rollcall role edit` |
//! | 27 | `fact_27_an_administrator_is_refused_as_well` | `rollcall role delete` |
//! | 28 | `fact_28_a_custom_role_is_assigned_where_it_is_offered_and_nowhere_else` | `rollcall user role` |
//! | 29 | `fact_29_three_levels_of_accounts_at_most` | `rollcall scope create` |
//! | 30 | `fact_30_in_production_sub_accounts_are_not_switched_off` | `rollcall tenant set` |
//! | 31 | `fact_31_with_sub_accounts_the_account_owner_becomes_administrator_of_the_root_account` | `rollcall can` |
//! | 32 | `fact_32_users_stay_in_their_tree` | `rollcall user move` |
//! | 32 | `fact_32_all_but_the_time_zone_is_inherited` | `rollcall scope list` |
//! | 33 | `fact_33_five_granted_and_two_blocked_with_one_in_common_leave_four` | `rollcall can` |
//! | 34 | `fact_34_the_users_section_is_shown_only_to_who_may_view_the_user_list` | `rollcall can` |
//! | 34 | `fact_34_who_is_not_shown_the_section_lists_no_users` | `rollcall user list` |
//! | 35 | `fact_35_an_email_never_changes_and_the_way_round_is_explained` | `rollcall user edit` |
//! | 36 | `fact_36_nobody_deletes_themselves` | `rollcall user delete` |
//! | 37 | `fact_37_sent_envelopes_need_a_target_and_all_of_them_move` | `rollcall user delete` |
//! | 38 | `fact_38_what_is_left_unticked_does_not_stop_the_deletion` | `rollcall user delete` |
//! | 39 | `fact_39_enabled_off_ends_sign_in_and_api_and_the_users_page_has_no_switch` | `rollcall session open` |
//! | 40 | `fact_40_the_preview_shows_other_roles_and_saves_none` | `rollcall permission preview` |

#[allow(
    dead_code,
    reason = "shared with the tests of the whole system, which use all of it"
)]
#[path = "../system/common.rs"]
mod common;
mod decided;
mod decides;
mod esignanywhere;
mod esignanywhere_rights;
mod given;
mod giving;
mod ignisign;
mod ignisign_rights;
mod iusign_leavers;
mod iusign_s0;
mod iusign_s1;
mod iusign_s1_rights;
mod life;
mod member_files;
mod onespan;
mod onespan_tree;
mod table;
mod world;
