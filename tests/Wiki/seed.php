<?php
// Fills the test wiki with users, pages and revisions:  MW_CONFIG_FILE=… php seed.php WORLD.json
require_once '/usr/share/mediawiki/maintenance/Maintenance.php';

use MediaWiki\MediaWikiServices;
use MediaWiki\Revision\RevisionRecord;
use MediaWiki\Revision\SlotRecord;

class Seed extends Maintenance {
	public function __construct() {
		parent::__construct();
		$this->addArg( 'world', 'Users, items, pages' );
	}

	public function execute() {
		$world = json_decode( file_get_contents( $this->getArg( 0 ) ), true, 512, JSON_THROW_ON_ERROR );
		$db = $this->getDB( DB_PRIMARY );
		$db->query( "UPDATE sqlite_sequence SET seq={$world['last_revision_id']} WHERE name='revision'", __METHOD__ );
		foreach ( $world['users'] as $user ) {
			$this->addUser( $user, $db );
		}
		foreach ( $world['pages'] as $page ) {
			foreach ( $page['revisions'] as $revision ) {
				$this->addRevision( $page['title'], $revision );
			}
			DeferredUpdates::doUpdates();
		}
		// Parses pages again, so that links to pages created later are known to exist.
		foreach ( $world['pages'] as $page ) {
			$this->refreshLinks( $page['title'] );
		}
		DeferredUpdates::doUpdates();
		$hidden = [ 'hidden_revisions' => RevisionRecord::DELETED_TEXT, 'hidden_authors' => RevisionRecord::DELETED_USER ];
		foreach ( $hidden as $list => $what ) {
			foreach ( $world[$list] as $id ) {
				$db->update( 'revision', [ 'rev_deleted' => $what ], [ 'rev_id' => $id ], __METHOD__ );
			}
		}
		foreach ( $world['deleted_pages'] as $title ) {
			$this->pageOf( $title )->doDeleteArticleReal( 'obsolete', User::newSystemUser( 'Maintenance script', [ 'steal' => true ] ) );
		}
		DeferredUpdates::doUpdates();
	}

	private function addUser( array $user, $db ): void {
		$made = User::createNew( $user['name'] );
		foreach ( $user['groups'] as $group ) {
			MediaWikiServices::getInstance()->getUserGroupManager()->addUserToGroup( $made, $group );
		}
		$db->update( 'user', [ 'user_registration' => $db->timestamp( $user['registration'] ) ], [ 'user_id' => $made->getId() ], __METHOD__ );
	}

	private function addRevision( string $title, array $revision ): void {
		$services = MediaWikiServices::getInstance();
		MWTimestamp::setFakeTime( $revision['timestamp'] );
		$name = $revision['user'];
		$user = User::newFromName( $name, false );
		if ( !$user->getId() && !$services->getUserNameUtils()->isIP( $name ) ) {
			$this->fatalError( "There is no user $name." );
		}
		$text = preg_replace_callback( '/\{\{places (\d+)\}\}/', static fn ( $match ) => implode( ', ', array_map(
			static fn ( $number ) => sprintf( '[[Place %03d]]', $number ), range( 1, (int)$match[1] ) ) ), $revision['text'] );
		$updater = $this->pageOf( $title )->newPageUpdater( $user );
		$updater->setContent( SlotRecord::MAIN, ContentHandler::makeContent( $text, Title::newFromText( $title ) ) );
		$flags = EDIT_SUPPRESS_RC | ( ( $revision['minor'] ?? false ) ? EDIT_MINOR : 0 ) | ( ( $revision['bot'] ?? false ) ? EDIT_FORCE_BOT : 0 );
		$saved = $updater->saveRevision( CommentStoreComment::newUnsavedComment( $revision['comment'] ?? '' ), $flags );
		if ( !$saved ) {
			$this->fatalError( "$title could not be saved: " . $updater->getStatus()->getWikiText() );
		}
		if ( isset( $revision['id'] ) && $saved->getId() !== $revision['id'] ) {
			$this->fatalError( "$title should have revision {$revision['id']}, got {$saved->getId()}." );
		}
		MWTimestamp::setFakeTime( false );
		$this->output( "{$saved->getPageId()} {$saved->getId()} $title\n" );
	}

	private function refreshLinks( string $title ): void {
		$page = $this->pageOf( $title );
		$page->doSecondaryDataUpdates( [ 'defer' => false, 'recursive' => false ] );
	}

	private function pageOf( string $title ): WikiPage {
		return MediaWikiServices::getInstance()->getWikiPageFactory()->newFromTitle( Title::newFromText( $title ) );
	}
}

$maintClass = Seed::class;
require_once RUN_MAINTENANCE_IF_MAIN;
